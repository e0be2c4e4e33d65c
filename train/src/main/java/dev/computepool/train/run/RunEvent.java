package dev.computepool.train.run;

import org.jspecify.annotations.Nullable;

/// What happens in a run.
public sealed interface RunEvent {
  /// The run has a folder, and this process works on it.
  record Opened(String folder) implements RunEvent {}

  /// What is being done, until the next of these.
  record Stage(String what) implements RunEvent {}

  /// Something that its owner should know.
  record Note(String what) implements RunEvent {}

  /// The run has begun to train, or to train again.
  ///
  /// @param from the first step is the one after this
  record Begun(long from, long steps) implements RunEvent {}

  /// A step was made.
  ///
  /// @param row what is known of it; null for a step without a line of metrics
  record Stepped(long step, long steps, @Nullable MetricsRow row) implements RunEvent {}

  /// The loss over the validation examples was measured.
  ///
  /// @param best whether it is the least so far
  record Evaluated(long step, double epoch, double loss, boolean best) implements RunEvent {
    /// How many words the model wavers between, so to speak.
    public double perplexity() {
      return Math.exp(loss);
    }
  }

  /// A checkpoint is complete.
  record Saved(long step, String folder) implements RunEvent {}
}
