package dev.computepool.cli.term;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Which of the standard streams are a terminal.
///
/// @param input whether standard input is one, so that a person can be asked
/// @param output whether standard output is one
/// @param error whether standard error is one, so that a bar can be drawn
public record Terminal(boolean input, boolean output, boolean error) {
  private static final int DEFAULT_WIDTH = 80;

  /// No stream is a terminal.
  public static final Terminal NONE = new Terminal(false, false, false);

  /// Asks the launcher's finding, which `sh` gets for nothing, or else the kernel.
  ///
  /// `System.console()` does not do: it is null when only standard output is redirected.
  public static Terminal detect() {
    String known = System.getProperty("computepool.terminal");
    if (known != null) {
      return new Terminal(known.contains("0"), known.contains("1"), known.contains("2"));
    }
    return new Terminal(isTerminal(0), isTerminal(1), isTerminal(2));
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // no /proc: without the launcher we then write as into a pipe
    }
  }

  /// Columns of the terminal, asked of `stty` since neither the JDK nor the environment knows.
  public int width() {
    if (!input && !output && !error) {
      return DEFAULT_WIDTH;
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return DEFAULT_WIDTH;
      }
      String[] size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
              .strip()
              .split(" ", -1);
      int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
      return columns > 0 ? columns : DEFAULT_WIDTH;
    } catch (IOException | NumberFormatException e) {
      return DEFAULT_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DEFAULT_WIDTH;
    }
  }
}
