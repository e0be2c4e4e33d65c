package dev.computepool.llama.measure;

import dev.computepool.llama.LlamaContext;
import dev.computepool.llama.LlamaModel;
import dev.computepool.llama.TokenBatch;

/// The tokens of a text as batches.
final class ChunkReader {
  private final TextChunks chunks;
  private final int[] tokens;
  private final int bos; // put in place of each chunk's first token; -1 for nothing
  private final TokenBatch batch;

  ChunkReader(LlamaModel model, LlamaContext context, TextChunks chunks, int[] tokens) {
    this.chunks = chunks;
    this.tokens = tokens;
    this.bos = model.addsBos() ? model.bos() : -1;
    this.batch = new TokenBatch(context.batchTokens());
  }

  /// The batch with one part of chunks that are decoded together, each a sequence.
  ///
  /// @param first the first chunk
  /// @param together number of chunks
  /// @param part of chunks that are longer than a batch
  /// @param outputsFrom the position in a chunk from which on logits are wanted
  TokenBatch batch(int first, int together, int part, int outputsFrom) {
    batch.clear();
    int from = part * chunks.batchTokens();
    int count = Math.min(chunks.tokens() - from, chunks.batchTokens());
    for (int sequence = 0; sequence < together; sequence++) {
      int start = (first + sequence) * chunks.tokens();
      for (int i = from; i < from + count; i++) {
        int token = i == 0 && bos >= 0 ? bos : tokens[start + i];
        batch.add(token, i, sequence, i >= outputsFrom);
      }
    }
    return batch;
  }

  /// The token behind the one at a position of a chunk.
  int next(int chunk, int position) {
    return tokens[chunk * chunks.tokens() + position + 1];
  }
}
