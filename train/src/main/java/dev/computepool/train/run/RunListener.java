package dev.computepool.train.run;

/// Is told what happens in a run, on the thread that trains.
public interface RunListener {
  /// Is told nothing.
  RunListener NONE = _ -> {};

  /// Something happened.
  void happened(RunEvent event);
}
