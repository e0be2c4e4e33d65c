package dev.computepool.llama.measure;

import dev.computepool.base.Progress;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;

/// Measures how fast a model is, as llama-bench does: a prompt of random tokens in batches,
/// random tokens one after the other, and the time of each repetition without loading and
/// sampling.
public final class ModelBench {
  private ModelBench() {}

  /// Measures.
  ///
  /// @throws dev.computepool.base.FormatException if the model is broken
  /// @throws dev.computepool.llama.LlamaException if the library fails
  public static BenchResult run(LlamaWorker worker, BenchRequest request, Progress progress)
      throws IOException {
    ModelFiles.readWithWeights(request.model());
    return worker.run(
        new BenchTask(
            request.model().toAbsolutePath().toString(),
            request.promptTokens(),
            request.generatedTokens(),
            request.repetitions(),
            request.batchTokens(),
            request.microBatchTokens(),
            request.threads(),
            new ModelOptions(request.gpuLayers(), false)),
        progress);
  }
}
