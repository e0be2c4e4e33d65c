package dev.computepool.train.run;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// How a run is.
public enum RunStatus {
  /// It is being prepared or trains, in a process that holds its lock.
  RUNNING,
  /// It came to its end.
  COMPLETED,
  /// Somebody, or a limit, asked it to stop; it can be resumed.
  STOPPED,
  /// It ended with an error.
  FAILED,
  /// Its process is gone and did not say why; it can be resumed. Never written, only found.
  DIED;

  /// As files and messages name it.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<RunStatus> of(String label) {
    return Stream.of(values()).filter(status -> status.label().equals(label)).findFirst();
  }
}
