package dev.computepool.llama.measure;

import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaContext;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.LlamaModel;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.TokenBatch;
import dev.computepool.llama.worker.LlamaTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Runs a model over a text and adds up how surprised it is.
record PerplexityTask(
    String model, String text, ModelOptions options, TextChunks chunks, int threads)
    implements LlamaTask<PerplexityResult> {
  @Override
  public PerplexityResult run(LlamaLibrary library, Progress progress) throws IOException {
    try (LlamaModel loaded = LlamaModel.load(library, Path.of(model), options)) {
      int[] tokens = TextChunks.read(loaded, Path.of(text), false);
      int count = chunks.count(Path.of(text), tokens.length);
      try (LlamaContext context = loaded.open(chunks.context(threads));
          Surprise surprise = new Surprise(loaded.tokenCount(), threads);
          Progress.Step step = progress.begin("Predicting", count, Progress.Unit.ITEMS)) {
        ChunkReader reader = new ChunkReader(loaded, context, chunks, tokens);
        long start = System.nanoTime();
        for (int chunk = 0; chunk < count; chunk += chunks.together()) {
          int together = Math.min(chunks.together(), count - chunk);
          predict(context, reader, surprise, chunk, together);
          step.advance(together);
        }
        return surprise.result(Duration.ofNanos(System.nanoTime() - start));
      }
    }
  }

  /// Only the second half of a chunk counts: there is something to predict it from.
  private void predict(
      LlamaContext context, ChunkReader reader, Surprise surprise, int chunk, int together)
      throws LlamaException {
    int half = chunks.tokens() / 2;
    int end = chunks.tokens() - 1; // what follows the last token belongs to the next chunk
    context.clear();
    for (int part = 0; part < chunks.batches(); part++) {
      TokenBatch batch = reader.batch(chunk, together, part, half);
      context.decode(batch);
      int from = part * chunks.batchTokens();
      int length = batch.size() / together;
      int first = Math.max(from, half);
      int rows = Math.min(from + length, end) - first;
      for (int sequence = 0; sequence < together && rows > 0; sequence++) {
        float[] logits = surprise.rows(rows);
        context.logits(sequence * length + first - from, rows, logits);
        int[] next = new int[rows];
        for (int i = 0; i < rows; i++) {
          next[i] = reader.next(chunk + sequence, first + i);
        }
        surprise.add(logits, next);
        if (part == chunks.batches() - 1) {
          surprise.endChunk();
        }
      }
    }
  }
}
