package dev.computepool.train.preflight;

import org.jspecify.annotations.Nullable;

/// How much there is to do.
///
/// @param examples that are learnt from in one epoch
/// @param certainty how sure that, and the steps, are
/// @param steps in all
/// @param tokens in all, at most: all examples as long as they may be
/// @param seconds that takes at most, by a measurement; null without one
/// @param measurement what was measured; null without one
public record Workload(
    long examples,
    Certainty certainty,
    long steps,
    long tokens,
    @Nullable Long seconds,
    @Nullable String measurement) {

  /// How sure a number is.
  public enum Certainty {
    EXACT,
    /// The lines of a large file were not all counted.
    ABOUT,
    /// Short examples are packed into one row.
    AT_MOST;

    /// What is said before the number.
    public String prefix() {
      return switch (this) {
        case EXACT -> "";
        case ABOUT -> "about ";
        case AT_MOST -> "at most ";
      };
    }
  }
}
