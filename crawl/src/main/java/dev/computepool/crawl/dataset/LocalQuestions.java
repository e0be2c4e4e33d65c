package dev.computepool.crawl.dataset;

import dev.computepool.base.Progress;
import dev.computepool.llama.measure.TextGenerator;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.util.List;

/// Has a model on this machine continue `Question:`. It sees no chat template, so that any model
/// will do.
final class LocalQuestions implements Questions {
  private final Asking.LocalModel local;
  private final LlamaWorker worker;
  private final Progress progress;

  LocalQuestions(Asking.LocalModel local, Progress progress) throws IOException {
    this.local = local;
    this.worker = LlamaWorker.start(local.library());
    this.progress = progress;
  }

  @Override
  public List<String> ask(List<Chunk> chunks) throws IOException {
    List<String> prompts =
        chunks.stream().map(c -> Questions.instruction(c) + "\n\nQuestion:").toList();
    return TextGenerator.lines(worker, local.model(), prompts, TOKENS, local.threads(), progress)
        .stream()
        .map(Questions::cleaned)
        .toList();
  }

  @Override
  public void close() {
    worker.close();
  }
}
