package dev.computepool.train.external;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/// A program that was to train has failed.
public final class ProgramException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final Pattern MEMORY =
      Pattern.compile("(?i)\\bout of memory\\b|OutOfMemoryError|\\bMemoryError\\b|bad_alloc");
  private static final int SIGKILL = 9;

  private final int exitCode;
  private final transient List<String> words;

  /// @param who the program, as messages call it
  /// @param exitCode of its process; above 128 it was ended by the signal of that number less 128
  /// @param why what it said itself; empty if it did not say
  /// @param words the last lines that it printed
  ProgramException(String who, int exitCode, String why, List<String> words) {
    super("%s %s%s".formatted(who, how(exitCode), why.isEmpty() ? "" : ": " + why));
    this.exitCode = exitCode;
    this.words = List.copyOf(words);
  }

  private static String how(int exitCode) {
    return switch (exitCode) {
      case 0 -> "ended";
      case 126 -> "cannot be started (exit code 126)";
      case 127 -> "was not found (exit code 127)";
      case 128 + SIGKILL -> "was killed, perhaps for want of memory (SIGKILL)";
      case 128 + 11 -> "read or wrote memory that is not its own (SIGSEGV)";
      default ->
          exitCode > 128
              ? "was ended by signal " + (exitCode - 128)
              : "failed with exit code " + exitCode;
    };
  }

  /// What its process ended with.
  public int exitCode() {
    return exitCode;
  }

  /// The last lines that it printed.
  public List<String> words() {
    return words;
  }

  /// Whether it seems to have run out of memory.
  public boolean isOutOfMemory() {
    return exitCode == 128 + SIGKILL
        || MEMORY.matcher(getMessage()).find()
        || words.stream().anyMatch(line -> MEMORY.matcher(line).find());
  }
}
