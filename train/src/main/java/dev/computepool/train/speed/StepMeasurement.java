package dev.computepool.train.speed;

import org.jspecify.annotations.Nullable;

/// How fast optimizer steps of one shape were.
///
/// @param model what people call it
/// @param parameters numbers of the model
/// @param trained numbers that were trained
/// @param rows of a batch
/// @param length of each row, in tokens; all of them were learned
/// @param checkpointing whether layers were computed again for their gradients
/// @param workPerToken floating-point operations, by {@link StepWork}
/// @param tokensPerSecond the mean over the measurements
/// @param deviation of these, in tokens a second
/// @param peakBytes the most memory that the process had; null where the system does not tell
/// @param measured the day, such as `2026-11-21`
public record StepMeasurement(
    String model,
    long parameters,
    long trained,
    int rows,
    int length,
    boolean checkpointing,
    int threads,
    double workPerToken,
    double tokensPerSecond,
    double deviation,
    @Nullable Long peakBytes,
    String measured,
    Machine machine) {
  public StepMeasurement {
    if (!(tokensPerSecond > 0 && workPerToken > 0) || Double.isInfinite(tokensPerSecond)) {
      throw new IllegalArgumentException(
          "%s tokens/s of %s operations".formatted(tokensPerSecond, workPerToken));
    }
    if (rows < 1 || length < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "%d rows of %d with %d threads".formatted(rows, length, threads));
    }
  }

  /// Tokens of a batch.
  public long tokens() {
    return (long) rows * length;
  }

  /// Seconds of a step.
  public double stepSeconds() {
    return tokens() / tokensPerSecond;
  }

  /// Floating-point operations a second.
  public double workPerSecond() {
    return tokensPerSecond * workPerToken;
  }

  /// Whether the other measured the same, so that the newer of them is enough.
  boolean isOfTheSame(StepMeasurement other) {
    return machine.isAsFastAs(other.machine)
        && model.equals(other.model)
        && parameters == other.parameters
        && trained == other.trained
        && rows == other.rows
        && length == other.length
        && checkpointing == other.checkpointing
        && threads == other.threads;
  }
}
