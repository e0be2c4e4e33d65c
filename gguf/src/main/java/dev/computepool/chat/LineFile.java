package dev.computepool.chat;

import dev.computepool.base.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;

/// A file of lines that appears whole or not at all.
public final class LineFile implements Closeable {
  private static final int BUFFER = 1 << 17;

  private final AtomicFile file;
  private final OutputStream out;

  private LineFile(AtomicFile file) {
    this.file = file;
    this.out = new BufferedOutputStream(Channels.newOutputStream(file.channel()), BUFFER);
  }

  /// Begins a file.
  ///
  /// @param replace whether it may take the place of one that is there
  /// @throws java.nio.file.FileAlreadyExistsException if it may not, and one is there
  /// @throws dev.computepool.base.BusyException if another process writes it
  public static LineFile open(Path target, boolean replace) throws IOException {
    return new LineFile(replace ? AtomicFile.replace(target) : AtomicFile.create(target));
  }

  /// Adds a line, which has no line end of its own.
  public void write(byte[] line) throws IOException {
    write(line, 0, line.length);
  }

  /// Adds the line that `length` bytes are.
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    out.write('\n');
  }

  /// Adds lines that have their line ends.
  public void writeLines(byte[] lines) throws IOException {
    out.write(lines);
  }

  /// Writes what is still in memory, so that {@link #commit} has only to rename.
  public void flush() throws IOException {
    out.flush();
  }

  /// Makes the file appear under its name.
  public void commit() throws IOException {
    out.flush();
    file.commit();
  }

  /// Removes what was written unless it was committed.
  @Override
  public void close() throws IOException {
    file.close();
  }
}
