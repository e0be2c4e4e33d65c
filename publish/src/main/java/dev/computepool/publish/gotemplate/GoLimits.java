package dev.computepool.publish.gotemplate;

import java.time.Duration;

/// What one execution may take, so that a hostile template ends with an error.
///
/// @param steps nodes that are evaluated, turns of loops included
/// @param output bytes of the output, and of every text that is made on the way
/// @param depth blocks, pipelines and calls of templates, one within the other; a level takes up to
///     1,000 bytes of the thread's stack
public record GoLimits(long steps, int output, int depth, Duration time) {
  /// Far more than any conversation needs.
  public static final GoLimits DEFAULT =
      new GoLimits(20_000_000, 32 << 20, 400, Duration.ofSeconds(20));

  public GoLimits {
    if (steps < 1 || output < 1 || depth < 1 || !time.isPositive()) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
