package dev.computepool.train.step;

import dev.computepool.base.Cancellation;
import dev.computepool.train.model.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A model that learns. For one thread at a time.
public interface Trainer extends AutoCloseable {
  /// Makes one optimizer step over several batches, as if they were one: each token that is
  /// learned counts the same, whichever batch it is in.
  ///
  /// @param step its number, from which all that is random in it is derived
  /// @throws dev.computepool.train.torch.TorchMemoryException if memory runs out; no weight was
  ///     touched
  /// @throws dev.computepool.base.CancelledException if that was asked for between two batches; no
  ///     weight was touched
  StepResult step(
      List<Batch> microBatches, double learningRate, long step, Cancellation cancellation)
      throws IOException;

  /// The loss over batches.
  Evaluation evaluate(List<Batch> batches) throws IOException;

  /// Writes what was trained: a PEFT directory, or the weights of the whole model.
  void saveModel(Path directory) throws IOException;

  /// Writes what else it takes to go on as if nothing had happened.
  void saveState(Path directory) throws IOException;

  /// Goes on from a directory that holds what {@link #saveModel} and {@link #saveState} wrote.
  ///
  /// @throws dev.computepool.base.FormatException if it is not of this model and these options
  void restore(Path directory) throws IOException;

  /// Number of weights that are trained.
  long trainableParameters();

  /// Number of all weights.
  long totalParameters();

  @Override
  void close();
}
