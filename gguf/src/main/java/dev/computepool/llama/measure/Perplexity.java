package dev.computepool.llama.measure;

import dev.computepool.base.Progress;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;

/// Measures perplexity as llama-perplexity does: the numbers are the same but for rounding.
public final class Perplexity {
  private Perplexity() {}

  /// Measures.
  ///
  /// @throws dev.computepool.base.FormatException if the model is broken
  /// @throws IllegalArgumentException if the text is too short, or a number makes no sense
  /// @throws dev.computepool.llama.LlamaException if the library fails
  public static PerplexityResult measure(
      LlamaWorker worker, PerplexityRequest request, Progress progress) throws IOException {
    ModelFiles.readWithWeights(request.model());
    TextChunks chunks =
        new TextChunks(
            request.chunkTokens(),
            request.batchTokens(),
            request.microBatchTokens(),
            request.chunks());
    return worker.run(
        new PerplexityTask(
            request.model().toAbsolutePath().toString(),
            request.text().toString(),
            new ModelOptions(request.gpuLayers(), false),
            chunks,
            request.threads()),
        progress);
  }
}
