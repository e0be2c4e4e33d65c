package dev.computepool.llama.measure;

import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaContext;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.LlamaModel;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.TokenBatch;
import dev.computepool.llama.worker.LlamaTask;
import java.io.IOException;
import java.nio.file.Path;

/// Runs a model over a text and measures what goes into its matrices.
record ImatrixTask(
    String model,
    String text,
    ModelOptions options,
    TextChunks chunks,
    int threads,
    boolean processOutput,
    boolean parseSpecial)
    implements LlamaTask<ImatrixData> {
  @Override
  public ImatrixData run(LlamaLibrary library, Progress progress) throws IOException {
    ImatrixCollector collector = new ImatrixCollector(processOutput);
    try (LlamaModel loaded = LlamaModel.load(library, Path.of(model), options)) {
      int[] tokens = TextChunks.read(loaded, Path.of(text), parseSpecial);
      int count = chunks.count(Path.of(text), tokens.length);
      long start = System.nanoTime();
      try (LlamaContext context = loaded.open(chunks.context(threads), collector);
          Progress.Step step = progress.begin("Measuring", count, Progress.Unit.ITEMS)) {
        // All tokens ask for logits: only then is the output's matrix computed for all of them.
        ChunkReader reader = new ChunkReader(loaded, context, chunks, tokens);
        for (int chunk = 0; chunk < count; chunk += chunks.together()) {
          int together = Math.min(chunks.together(), count - chunk);
          context.clear();
          for (int part = 0; part < chunks.batches(); part++) {
            TokenBatch batch = reader.batch(chunk, together, part, 0);
            context.decode(batch);
          }
          context.await();
          step.advance(together);
        }
      }
      return new ImatrixData(
          collector.tensors(), chunks.tokens(), count * chunks.tokens(), System.nanoTime() - start);
    }
  }
}
