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
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Continues several texts greedily, each up to the end of a line.
record LinesTask(String model, List<String> prompts, int count, int threads)
    implements LlamaTask<LinesTask.Lines> {
  /// One for each prompt.
  record Lines(List<String> lines) implements Serializable {
    Lines {
      lines = List.copyOf(lines);
    }
  }

  @Override
  public Lines run(LlamaLibrary library, Progress progress) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LlamaModel loaded = LlamaModel.load(library, Path.of(model), ModelOptions.DEFAULT);
        Progress.Step step = progress.begin("Asking", prompts.size(), Progress.Unit.ITEMS)) {
      for (String prompt : prompts) {
        lines.add(line(loaded, prompt));
        step.advance(1);
      }
    }
    return new Lines(lines);
  }

  private String line(LlamaModel loaded, String prompt) throws IOException {
    int[] tokens = loaded.tokenize(prompt, true, false);
    if (tokens.length == 0) {
      throw new IllegalArgumentException("the prompt is empty");
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (LlamaContext context = loaded.open(ContextOptions.of(tokens.length + count, threads))) {
      context.decode(tokens);
      for (int i = 0; i < count; i++) {
        int token = context.mostLikely();
        if (loaded.endsGeneration(token)) {
          break;
        }
        text.write(loaded.piece(token));
        String line = text.toString(StandardCharsets.UTF_8).stripLeading();
        if (line.indexOf('\n') >= 0) {
          return line.substring(0, line.indexOf('\n')).strip();
        }
        if (i < count - 1) {
          context.decode(token);
        }
      }
    }
    return text.toString(StandardCharsets.UTF_8).strip();
  }
}
