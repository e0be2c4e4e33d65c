package dev.computepool.publish;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
  /// @param bytesToSend if all files that will be sent are there to be compared
  /// @param warnings what is likely to go wrong there
  public record There(String what, OptionalLong bytesToSend, List<String> warnings) {
    public There {
      warnings = List.copyOf(warnings);
    }

    There(String what, OptionalLong bytesToSend) {
      this(what, bytesToSend, List.of());
    }
  }

  /// Bytes that will be written to this machine's disks, as far as that is known.
  public long bytesToWrite() {
    return steps.stream()
        .filter(planned -> planned.reason().isPresent())
        .mapToLong(planned -> planned.step().size().bytes())
        .sum();
  }
}
