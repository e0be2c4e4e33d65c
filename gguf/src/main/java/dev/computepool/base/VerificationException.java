package dev.computepool.base;

import java.io.IOException;
import java.util.List;

/// Data that reads well but is not what its hash promises: corrupt, or tampered with.
///
/// All that was found wrong in one go is in {@link #problems}.
public final class VerificationException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /// Names the place of each mismatch, in words.
  ///
  /// @param what the file or folder that was verified
  /// @param problems what is wrong with it, at least one
  public VerificationException(String what, List<String> problems) {
    super(
        what
            + ": "
            + problems.getFirst()
            + (problems.size() == 1 ? "" : " (and %d more)".formatted(problems.size() - 1)));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
