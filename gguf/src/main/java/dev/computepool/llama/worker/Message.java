package dev.computepool.llama.worker;

import dev.computepool.base.Progress;
import java.io.Serializable;

/// What a worker says while it works on a task.
sealed interface Message extends Serializable {
  /// A stage begins.
  ///
  /// @param step its number
  record Begun(int step, String name, long total, Progress.Unit unit) implements Message {}

  /// More of a stage is done.
  record Advanced(int step, long amount) implements Message {}

  /// A stage has ended.
  record Ended(int step) implements Message {}

  /// The task is done; the worker waits for the next.
  record Done(Serializable result) implements Message {}

  /// The task has failed; the worker waits for the next.
  record Failed(Throwable failure) implements Message {}
}
