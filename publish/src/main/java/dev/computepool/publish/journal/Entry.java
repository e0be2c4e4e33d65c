package dev.computepool.publish.journal;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A step that was begun.
///
/// @param done whether it came to its end
/// @param settings what decided its result besides its inputs, in words that only the step reads
/// @param inputs what it read
/// @param outputs what it made
/// @param time when it ended, or when it began
/// @param seconds that it took
/// @param facts what else came of it, such as the address of what was published; no secrets
public record Entry(
    boolean done,
    String settings,
    Stamps inputs,
    Stamps outputs,
    Instant time,
    double seconds,
    SequencedMap<String, String> facts) {
  public Entry {
    facts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(facts));
  }

  /// A step that begins now.
  ///
  /// @param facts what must be known of it if it is interrupted
  public static Entry begun(String settings, Instant time, SequencedMap<String, String> facts) {
    return new Entry(false, settings, Stamps.NONE, Stamps.NONE, time, 0, facts);
  }

  /// The same, with outputs that were read.
  public Entry withOutputs(Stamps hashed) {
    return new Entry(done, settings, inputs, hashed, time, seconds, facts);
  }
}
