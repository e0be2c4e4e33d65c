package dev.computepool.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/// Terminals for programs that behave differently on one.
final class Terminal {
  private static final boolean AVAILABLE = isAvailable();

  private Terminal() {}

  /// The command that runs `words` on a terminal of 100 columns and ends as they end.
  static List<String> wrap(List<String> words) {
    Assumptions.assumeTrue(AVAILABLE, "script of util-linux is not installed");
    String call = words.stream().map(Terminal::quoted).collect(Collectors.joining(" "));
    return List.of(
        "script",
        "--quiet",
        "--return",
        "--command",
        "stty cols 100 rows 40; exec " + call,
        "/dev/null");
  }

  /// A word for `sh` as it is.
  static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static boolean isAvailable() {
    try {
      Process script = new ProcessBuilder("script", "--version").redirectErrorStream(true).start();
      return new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .contains("util-linux");
    } catch (IOException e) {
      return false;
    }
  }
}
