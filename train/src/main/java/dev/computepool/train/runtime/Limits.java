package dev.computepool.train.runtime;

import dev.computepool.train.config.TrainConfigFile;
import java.time.Duration;

/// What ends a run besides its last step.
final class Limits {
  private static final double NANOS_PER_HOUR = 3.6e12;

  private Limits() {}

  /// How long a run may train; zero for no limit.
  static Duration longest(TrainConfigFile file) {
    // What a market would allow is no limit here unless its owner says so.
    return file.isSet("resources.max_runtime_hours")
        ? Duration.ofNanos((long) (file.config().resources().maxRuntimeHours() * NANOS_PER_HOUR))
        : Duration.ZERO;
  }
}
