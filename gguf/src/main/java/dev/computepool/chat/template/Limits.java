package dev.computepool.chat.template;

import java.time.Duration;

/// What one rendering may take, so that a hostile template ends with an error.
///
/// @param steps statements and expressions that are evaluated, turns of loops included
/// @param text characters of the longest text, and so of the whole output
/// @param copied characters of all texts that are made on the way
/// @param depth blocks, expressions, calls of macros and values, one within the other; a level
///     takes up to 700 bytes of the thread's stack
public record Limits(long steps, int text, long copied, int depth, Duration time) {
  /// Far more than any conversation needs.
  public static final Limits DEFAULT =
      new Limits(50_000_000, 32 << 20, 512 << 20, 800, Duration.ofSeconds(20));

  public Limits {
    if (steps < 1 || text < 1 || copied < 1 || depth < 1 || !time.isPositive()) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
