package dev.computepool.llama;

import dev.computepool.gguf.GgmlType;
import java.io.Serializable;

/// How a model is to be run.
///
/// @param contextTokens what all sequences together hold; 0 for what the model was trained with
/// @param batchTokens the most that one call decodes
/// @param microBatchTokens the most that is computed at once
/// @param sequences that are kept apart
/// @param threads that compute, for batches and for single tokens
/// @param flashAttention whether attention is computed without its whole matrix
/// @param fullWindow whether layers with a sliding window remember everything nevertheless
/// @param cache the type of the keys and values that are remembered
public record ContextOptions(
    int contextTokens,
    int batchTokens,
    int microBatchTokens,
    int sequences,
    int threads,
    FlashAttention flashAttention,
    boolean fullWindow,
    GgmlType cache)
    implements Serializable {
  /// Whether attention is computed without its whole matrix.
  public enum FlashAttention {
    OFF(0),
    ON(1),
    /// Where the backend can.
    AUTO(-1);

    private final int id;

    FlashAttention(int id) {
      this.id = id;
    }

    int id() {
      return id;
    }
  }

  public ContextOptions {
    require("context tokens", contextTokens, 0);
    require("batch tokens", batchTokens, 1);
    require("micro-batch tokens", microBatchTokens, 1);
    require("sequences", sequences, 1);
    require("threads", threads, 1);
  }

  /// Keys and values in f16, as llama.cpp has them if it is told nothing.
  public ContextOptions(
      int contextTokens,
      int batchTokens,
      int microBatchTokens,
      int sequences,
      int threads,
      FlashAttention flashAttention,
      boolean fullWindow) {
    this(
        contextTokens,
        batchTokens,
        microBatchTokens,
        sequences,
        threads,
        flashAttention,
        fullWindow,
        GgmlType.F16);
  }

  /// One sequence of so many tokens, with llama.cpp's own batch sizes.
  public static ContextOptions of(int contextTokens, int threads) {
    return new ContextOptions(contextTokens, 2048, 512, 1, threads, FlashAttention.AUTO, true);
  }

  private static void require(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException("%s are %d, not %d or more".formatted(what, value, least));
    }
  }
}
