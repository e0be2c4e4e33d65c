package dev.computepool.llama.measure;

import dev.computepool.llama.ContextOptions;
import dev.computepool.llama.ContextOptions.FlashAttention;
import dev.computepool.llama.LlamaModel;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// How a text is cut up for llama-imatrix and llama-perplexity: chunks of the same length, each a
/// sequence of its own that begins with the beginning-of-sequence token, as many at once as the
/// batch holds.
///
/// @param tokens of one chunk
/// @param batchTokens the most that is decoded in one call; a chunk that is longer takes several
/// @param microBatchTokens the most that is computed at once
/// @param limit the most chunks that are used; 0 for all
record TextChunks(int tokens, int batchTokens, int microBatchTokens, int limit)
    implements Serializable {
  TextChunks {
    if (tokens < 4) {
      throw new IllegalArgumentException("a chunk of " + tokens + " tokens is too short");
    }
    if (batchTokens < 1 || (batchTokens > tokens && batchTokens % tokens != 0)) {
      throw new IllegalArgumentException(
          "a batch of %d tokens holds no whole number of chunks of %d"
              .formatted(batchTokens, tokens));
    }
    if (limit < 0) {
      throw new IllegalArgumentException("chunks are " + limit + ", not 0 or more");
    }
  }

  /// Chunks that are decoded at once.
  int together() {
    return Math.max(1, batchTokens / tokens);
  }

  /// Calls that it takes to decode a chunk.
  int batches() {
    return (tokens + batchTokens - 1) / batchTokens;
  }

  /// Room for as many chunks as are decoded at once.
  ContextOptions context(int threads) {
    int contextTokens = together() * tokens;
    return new ContextOptions(
        contextTokens,
        Math.min(batchTokens, contextTokens),
        microBatchTokens,
        together(),
        threads,
        FlashAttention.AUTO,
        false);
  }

  /// The tokens of a file, without the end of its last line, as llama.cpp's tools read it.
  static int[] read(LlamaModel model, Path text, boolean parseSpecial) throws IOException {
    byte[] bytes = Files.readAllBytes(text);
    int length =
        bytes.length > 0 && bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : bytes.length;
    return model.tokenize(Arrays.copyOf(bytes, length), true, parseSpecial);
  }

  /// The number of chunks that `available` tokens make.
  ///
  /// @throws IllegalArgumentException if they are less than two
  int count(Path text, int available) {
    if (available < 2 * tokens) {
      throw new IllegalArgumentException(
          "%s has %d tokens, and 2 chunks of %d are the least".formatted(text, available, tokens));
    }
    int all = available / tokens;
    return limit == 0 ? all : Math.min(limit, all);
  }
}
