package dev.computepool.llama.measure;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model that is to be judged by how well it predicts a text.
///
/// @param model the file, or the first of a split set
/// @param chunkTokens of one piece of the text, of which the second half is predicted
/// @param batchTokens a multiple of that, or less
/// @param chunks the most pieces that are used; 0 for all
/// @param threads that compute
/// @param gpuLayers as in {@link dev.computepool.llama.ModelOptions}
public record PerplexityRequest(
    Path model,
    Path text,
    int chunkTokens,
    int batchTokens,
    int microBatchTokens,
    int chunks,
    int threads,
    @Nullable Integer gpuLayers) {}
