package dev.computepool.cli;

import dev.computepool.base.Cancellation;
import dev.computepool.base.FormatException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that the user named, or standard input where that is `-`. What comes in is kept in a file
/// as long as it is needed: whoever reads a dataset looks at it twice.
public final class StandardInput implements Closeable {
  private static final String WORD = "-";
  private static final String NAME = "standard input";
  private static final int PIECE = 1 << 16;

  private final Path file;
  private final boolean standard;

  /// What reads a file.
  @FunctionalInterface
  public interface Reading<T> {
    T read(Path file) throws IOException;
  }

  private StandardInput(Path file, boolean standard) {
    this.file = file;
    this.standard = standard;
  }

  /// Whether a word stands for standard input.
  public static boolean isMeant(String word) {
    return word.equals(WORD);
  }

  /// Takes the file, or reads all of standard input.
  ///
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public static StandardInput open(Path named, InputStream stdin, Cancellation cancellation)
      throws IOException {
    if (!isMeant(named.toString())) {
      return new StandardInput(named, false);
    }
    Path file = Files.createTempFile("computepool-", ".in");
    // Whoever waits for a pipe that stays silent can only be ended.
    file.toFile().deleteOnExit();
    StandardInput input = new StandardInput(file, true);
    boolean whole = false;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] piece = new byte[PIECE];
      for (int n; (n = stdin.read(piece)) >= 0; ) {
        cancellation.check();
        out.write(piece, 0, n);
      }
      whole = true;
    } finally {
      if (!whole) {
        input.close();
      }
    }
    return input;
  }

  /// How it is called for people.
  public String name() {
    return standard ? NAME : file.toString();
  }

  /// Whether it is standard input.
  public boolean isStandard() {
    return standard;
  }

  /// Reads it; what is wrong with standard input is told of that.
  public <T> T read(Reading<T> reading) throws IOException {
    try {
      return reading.read(file);
    } catch (FormatException e) {
      if (standard && e.file().equals(file.toString())) {
        throw new FormatException(NAME, e.problems());
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (standard) {
      Files.deleteIfExists(file);
    }
  }
}
