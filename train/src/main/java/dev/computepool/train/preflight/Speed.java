package dev.computepool.train.preflight;

import dev.computepool.train.config.TrainConfig;
import java.util.Optional;

/// How fast this machine trains, as far as it was measured.
@FunctionalInterface
public interface Speed {
  /// Nothing was measured yet.
  Speed NONE = (model, config) -> Optional.empty();

  /// A measurement of a model of about this size with about these settings.
  Optional<Measured> of(ModelFacts model, TrainConfig config);

  /// A measurement.
  ///
  /// @param tokensPerSecond of whole steps, padding not counted
  /// @param source what was measured and when, for people
  record Measured(double tokensPerSecond, String source) {
    public Measured {
      if (!(tokensPerSecond > 0)) {
        throw new IllegalArgumentException("tokens per second are " + tokensPerSecond);
      }
    }
  }
}
