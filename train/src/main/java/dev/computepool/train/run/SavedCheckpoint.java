package dev.computepool.train.run;

/// A checkpoint in the folder of a run.
///
/// @param name of its folder, such as `checkpoint-200`, or `checkpoint-final` for the result
/// @param step after which it was saved; negative for the result, whose folder does not say
/// @param bytes of all its files
public record SavedCheckpoint(String name, long step, long bytes) {
  /// Whether it is the result of the run.
  public boolean isResult() {
    return step < 0;
  }
}
