package dev.computepool.publish.journal;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A step that was begun.
///
/// @param done whether it came to its end
/// @param program the version of what did it: another one may do it in another way
/// @param settings what decided its result besides its inputs, in words that only the step reads
/// @param inputs what it read
/// @param outputs what it made
/// @param time when it ended, or when it began
/// @param seconds that it took
/// @param facts what else came of it, such as the address of what was published; no secrets
public record Entry(
    boolean done,
    String program,
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
  /// @param inputs as they are now
  /// @param facts what must be known of it if it is interrupted
  public static Entry begun(
      String program,
      String settings,
      Stamps inputs,
      Instant time,
      SequencedMap<String, String> facts) {
    return new Entry(
        false, program, settings, inputs, Stamps.none(Stamps.Side.MADE), time, 0, facts);
  }

  /// The same, after another look at its files.
  public Entry with(Stamps newInputs, Stamps newOutputs) {
    return new Entry(done, program, settings, newInputs, newOutputs, time, seconds, facts);
  }
}
