package dev.computepool.llama.measure;

import dev.computepool.base.Progress;
import dev.computepool.llama.ContextOptions;
import dev.computepool.llama.LlamaContext;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.LlamaModel;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.worker.LlamaTask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Continues a text greedily.
///
/// @param marks whether what stands for a control token in the prompt is one
record GenerateTask(String model, String prompt, boolean marks, int count, int threads)
    implements LlamaTask<String> {
  @Override
  public String run(LlamaLibrary library, Progress progress) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (LlamaModel loaded = LlamaModel.load(library, Path.of(model), ModelOptions.DEFAULT)) {
      int[] tokens = loaded.tokenize(prompt, true, marks);
      if (tokens.length == 0) {
        throw new IllegalArgumentException("the prompt is empty");
      }
      ContextOptions room = ContextOptions.of(tokens.length + count, threads);
      try (LlamaContext context = loaded.open(room);
          Progress.Step step = progress.begin("Generating", count, Progress.Unit.ITEMS)) {
        context.decode(tokens);
        for (int i = 0; i < count; i++) {
          int token = context.mostLikely();
          if (loaded.endsGeneration(token)) {
            break;
          }
          text.write(loaded.piece(token));
          step.advance(1);
          if (i < count - 1) {
            context.decode(token);
          }
        }
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
