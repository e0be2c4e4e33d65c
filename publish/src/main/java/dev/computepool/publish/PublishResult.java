package dev.computepool.publish;

import dev.computepool.publish.journal.Stamps;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;

/// What publishing has done.
///
/// @param steps in the order in which they were done
public record PublishResult(PublishRequest request, List<Outcome> steps) {
  public PublishResult {
    steps = List.copyOf(steps);
  }

  /// What came of one step.
  ///
  /// @param kept whether it had been done before and was left as it was
  /// @param outputs what it made, now or before
  /// @param time that it took when it was done
  /// @param facts what else came of it, such as an address
  public record Outcome(
      Step step, boolean kept, Stamps outputs, Duration time, SequencedMap<String, String> facts) {}
}
