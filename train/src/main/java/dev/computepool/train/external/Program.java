package dev.computepool.train.external;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A program that trains in the folder of a run.
///
/// @param name as messages call it
/// @param argv the program and its arguments
/// @param folder that it works in
/// @param environment variables that it gets besides those of this process
/// @param asking how it is asked to stop
/// @param grace how long it then may take
public record Program(
    String name,
    List<String> argv,
    Path folder,
    Map<String, String> environment,
    Asking asking,
    Duration grace) {
  public Program {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /// How a program is asked to stop.
  public enum Asking {
    /// It looks for the run's request at every step.
    BY_FILE,
    /// It gets SIGTERM.
    BY_SIGNAL
  }
}
