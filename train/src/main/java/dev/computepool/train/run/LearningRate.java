package dev.computepool.train.run;

/// The learning rate of each step, as transformers' schedules have it: the first step of a warm-up
/// has the rate 0.
///
/// @param peak the rate after the warm-up
/// @param least the rate at the end, as a share of the peak
/// @param warmup steps in which it rises
/// @param steps of the whole run
/// @see <a href="https://huggingface.co/docs/transformers/main_classes/optimizer_schedules">The
///     schedules of transformers</a>
public record LearningRate(Shape shape, double peak, double least, long warmup, long steps) {
  /// How it falls.
  public enum Shape {
    /// Half a wave of a cosine.
    COSINE,
    /// A straight line.
    LINEAR,
    /// Not at all.
    CONSTANT
  }

  public LearningRate {
    if (!(least >= 0 && least <= 1) || warmup < 0 || steps < 1) {
      throw new IllegalArgumentException(
          "rate falling to %s, %d of %d steps of warm-up".formatted(least, warmup, steps));
    }
  }

  /// The rate of a step.
  ///
  /// @param step from 1
  public double at(long step) {
    long before = step - 1;
    if (before < warmup) {
      return peak * before / warmup;
    }
    double done = (double) (before - warmup) / Math.max(1, steps - warmup);
    double share =
        switch (shape) {
          case COSINE -> 0.5 * (1 + Math.cos(Math.PI * done));
          case LINEAR -> 1 - done;
          case CONSTANT -> 1;
        };
    return peak * (least + (1 - least) * Math.max(0, share));
  }
}
