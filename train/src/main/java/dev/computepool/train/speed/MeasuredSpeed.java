package dev.computepool.train.speed;

import dev.computepool.train.config.Method;
import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainingConfig;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.preflight.ModelFacts;
import dev.computepool.train.preflight.ModelFacts.Shape;
import dev.computepool.train.preflight.Speed;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How fast a run will be, by the measurement that is nearest to it: as many floating-point
/// operations a second as there, for the work that the run's own tokens are.
public final class MeasuredSpeed implements Speed {
  private final List<StepMeasurement> measurements;
  private final Machine here;
  private final int threads;

  /// @param measurements of any machines; those of others are not used
  /// @param threads that compute where a configuration does not say
  public MeasuredSpeed(List<StepMeasurement> measurements, Machine here, int threads) {
    this.measurements = List.copyOf(measurements);
    this.here = here;
    this.threads = threads;
  }

  @Override
  public Optional<Measured> of(ModelFacts model, TrainConfig config) {
    Shape shape = model.shape();
    TrainingConfig training = config.training();
    boolean ours =
        config.runtime() == RuntimeName.DJL && here.device().equals(training.device().label());
    if (shape == null || !ours) {
      return Optional.empty();
    }
    double work =
        StepWork.perToken(
            model,
            shape,
            config.method() == Method.FULL ? null : LoraOptions.of(config.lora()),
            training.gradientCheckpointing(),
            training.maxSeqLen());
    double tokens = (double) training.batchSize() * training.maxSeqLen();
    int used = training.threads() > 0 ? training.threads() : threads;
    return measurements.stream()
        .filter(m -> m.machine().isAsFastAs(here) && m.threads() == used)
        .min(
            Comparator.comparingDouble(
                m ->
                    ratio(m.workPerToken(), work)
                        + ratio((double) m.tokens(), tokens) / 2
                        + (m.checkpointing() == training.gradientCheckpointing() ? 0 : 1)))
        .map(m -> new Measured(m.workPerSecond() / work, describe(m)));
  }

  /// How far two sizes are from each other: 0 if they are equal, 1 for each factor of e.
  private static double ratio(double a, double b) {
    return Math.abs(Math.log(a / b));
  }

  private static String describe(StepMeasurement m) {
    return "measured %s by 'bench train' on this machine: %s, %d × %d tokens%s, %d thread%s"
        .formatted(
            m.measured(),
            m.model(),
            m.rows(),
            m.length(),
            m.checkpointing() ? " with checkpointing" : "",
            m.threads(),
            m.threads() == 1 ? "" : "s");
  }
}
