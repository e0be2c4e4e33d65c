package dev.computepool.publish;

import java.util.List;
import java.util.Optional;

/// What publishing will do.
///
/// @param steps in the order in which they are done
/// @param notes what the user should know of the result
public record PublishPlan(PublishRequest request, List<Planned> steps, List<String> notes) {
  public PublishPlan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  /// One step.
  ///
  /// @param reason why it will be done; nothing if it was done and still holds
  /// @param redo whether it is done although nothing has changed
  /// @param there what a place elsewhere has already; nothing of steps on this machine
  public record Planned(Step step, Optional<String> reason, boolean redo, Optional<There> there) {}

  /// What is at a destination already.
  ///
  /// @param what in words
  /// @param equal whether all is as it will be, so that nothing is to be done
  /// @param amount of it that is there and that is not, if that was looked at
  /// @param warnings what is likely to go wrong there
  public record There(String what, boolean equal, Optional<Amount> amount, List<String> warnings) {
    public There {
      warnings = List.copyOf(warnings);
    }

    There(String what, boolean equal, Amount amount) {
      this(what, equal, Optional.of(amount), List.of());
    }

    /// Nothing was compared yet.
    There(String what) {
      this(what, false, Optional.empty(), List.of());
    }
  }

  /// How much of what is published a destination has.
  ///
  /// @param there bytes that it has already
  /// @param toSend bytes that it gets, at most
  /// @param exact whether these are known, and not estimated from files that are yet to be made
  public record Amount(long there, long toSend, boolean exact) {}

  /// Bytes that will be written to this machine's disks, as far as that is known.
  public long bytesToWrite() {
    return steps.stream()
        .filter(planned -> planned.reason().isPresent())
        .mapToLong(planned -> planned.step().size().bytes())
        .sum();
  }
}
