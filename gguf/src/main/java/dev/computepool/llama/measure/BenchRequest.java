package dev.computepool.llama.measure;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model whose speed is to be measured.
///
/// @param model the file, or the first of a split set
/// @param promptTokens of the prompt that is processed; 0 to leave that out
/// @param generatedTokens that are generated one by one; 0 to leave that out
/// @param repetitions of each, after one that is not counted
/// @param batchTokens the most that is decoded in one call
/// @param microBatchTokens the most that is computed at once
/// @param threads that compute
/// @param gpuLayers as in {@link dev.computepool.llama.ModelOptions}
public record BenchRequest(
    Path model,
    int promptTokens,
    int generatedTokens,
    int repetitions,
    int batchTokens,
    int microBatchTokens,
    int threads,
    @Nullable Integer gpuLayers) {
  public BenchRequest {
    if (promptTokens < 0 || generatedTokens < 0 || promptTokens + generatedTokens == 0) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and %d generated ones are nothing to measure"
              .formatted(promptTokens, generatedTokens));
    }
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions are " + repetitions + ", not 1 or more");
    }
  }
}
