package dev.computepool.publish;

/// Hears what publishing does while it does it.
public interface StepListener {
  /// Says nothing to anybody.
  StepListener NONE = outcome -> {};

  /// A step has come to its end, or was found to be done already.
  void ended(PublishResult.Outcome outcome);
}
