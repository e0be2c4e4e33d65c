package dev.computepool.llama.worker;

import dev.computepool.llama.LlamaException;
import java.util.List;

/// llama.cpp ended its process: an assertion of it failed, or it did what a processor does not
/// allow.
public final class LlamaCrashException extends LlamaException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /// @param exitCode of the process; above 128 it was ended by the signal of that number less 128
  /// @param words the last that it said
  LlamaCrashException(int exitCode, List<String> words) {
    super("llama.cpp ended its process: " + describe(exitCode), words);
    this.exitCode = exitCode;
  }

  /// What the process ended with.
  public int exitCode() {
    return exitCode;
  }

  private static String describe(int exitCode) {
    return switch (exitCode - 128) {
      case 4 -> "it uses instructions that this processor does not have (SIGILL)";
      case 6 -> "it found itself in a state that it does not handle (SIGABRT)";
      case 7 -> "it read what is not there, such as a file that became shorter (SIGBUS)";
      case 9 -> "it was killed, perhaps for want of memory (SIGKILL)";
      case 11 -> "it read or wrote memory that is not its own (SIGSEGV)";
      default -> "exit code " + exitCode;
    };
  }
}
