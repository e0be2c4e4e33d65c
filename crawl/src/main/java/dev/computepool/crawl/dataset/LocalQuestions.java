package dev.computepool.crawl.dataset;

import dev.computepool.base.Progress;
import dev.computepool.llama.measure.TextGenerator;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Has a model on this machine continue `Question:`. It sees no chat template, so that any model
/// will do.
final class LocalQuestions implements Questions {
  private final Asking.LocalModel local;
  private final String name;
  private final LlamaWorker worker;
  private final Progress progress;

  LocalQuestions(Asking.LocalModel local, Progress progress) throws IOException {
    this.local = local;
    this.name =
        "%s %d %s"
            .formatted(
                local.model().toAbsolutePath().normalize(),
                Files.size(local.model()),
                Files.getLastModifiedTime(local.model()));
    this.worker = LlamaWorker.start(local.library());
    this.progress = progress;
  }

  @Override
  public List<String> ask(List<Chunk> chunks) throws IOException {
    List<String> prompts = new ArrayList<>();
    List<@Nullable String> known = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Chunk chunk : chunks) {
      String prompt = Questions.instruction(chunk) + "\n\nQuestion:";
      String before = local.answers().find(name, prompt);
      prompts.add(prompt);
      known.add(before);
      if (before == null) {
        missing.add(prompt);
      }
    }
    List<String> said =
        missing.isEmpty()
            ? List.of()
            : TextGenerator.lines(
                worker, local.model(), missing, TOKENS, local.threads(), progress);
    List<String> questions = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < prompts.size(); i++) {
      String question = known.get(i);
      if (question == null) {
        question = Questions.cleaned(said.get(next++));
        local.answers().store(name, prompts.get(i), question);
      }
      questions.add(question);
    }
    return questions;
  }

  @Override
  public void close() {
    worker.close();
  }
}
