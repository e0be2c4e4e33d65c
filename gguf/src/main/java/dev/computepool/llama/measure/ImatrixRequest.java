package dev.computepool.llama.measure;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model and a text on which the importance of its weights is to be measured.
///
/// @param model the file, or the first of a split set
/// @param text named as it is to be recorded
/// @param output the matrix
/// @param chunkTokens of one piece of the text
/// @param batchTokens a multiple of that, or less
/// @param chunks the most pieces that are used; 0 for all
/// @param processOutput whether `output.weight` is measured too
/// @param parseSpecial whether `</s>` in the text means that token
/// @param threads that compute
/// @param gpuLayers as in {@link dev.computepool.llama.ModelOptions}
/// @param replace whether a matrix that is there already is replaced
public record ImatrixRequest(
    Path model,
    Path text,
    Path output,
    int chunkTokens,
    int batchTokens,
    int microBatchTokens,
    int chunks,
    boolean processOutput,
    boolean parseSpecial,
    int threads,
    @Nullable Integer gpuLayers,
    boolean replace) {}
