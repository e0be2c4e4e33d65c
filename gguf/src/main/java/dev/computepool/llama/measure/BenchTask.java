package dev.computepool.llama.measure;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.llama.ContextOptions;
import dev.computepool.llama.ContextOptions.FlashAttention;
import dev.computepool.llama.LlamaContext;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.LlamaModel;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.worker.LlamaTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Runs a model on random tokens and takes the time.
record BenchTask(
    String model,
    int promptTokens,
    int generatedTokens,
    int repetitions,
    int batchTokens,
    int microBatchTokens,
    int threads,
    ModelOptions options)
    implements LlamaTask<BenchResult> {
  private static final long SEED = 1;

  @Override
  public BenchResult run(LlamaLibrary library, Progress progress) throws IOException {
    List<BenchResult.Test> tests = new ArrayList<>();
    try (LlamaModel loaded = LlamaModel.load(library, Path.of(model), options)) {
      if (promptTokens > 0) {
        tests.add(measure(loaded, new Prompt(loaded, promptTokens), progress));
      }
      if (generatedTokens > 0) {
        tests.add(measure(loaded, new Generation(loaded, generatedTokens), progress));
      }
      return new BenchResult(
          loaded.description(), loaded.tensorBytes(), loaded.parameters(), library.info(), tests);
    }
  }

  private BenchResult.Test measure(LlamaModel loaded, Work work, Progress progress)
      throws LlamaException, CancelledException {
    ContextOptions room =
        new ContextOptions(
            work.tokens(), batchTokens, microBatchTokens, 1, threads, FlashAttention.AUTO, false);
    List<Long> nanos = new ArrayList<>();
    try (LlamaContext context = loaded.open(room);
        Progress.Step step = progress.begin(work.name(), repetitions + 1L, Progress.Unit.ITEMS)) {
      context.keepThreads(threads);
      work.warmUp(context);
      step.advance(1);
      for (int i = 0; i < repetitions; i++) {
        context.clear();
        long start = System.nanoTime();
        work.run(context);
        nanos.add(System.nanoTime() - start);
        step.advance(1);
      }
    }
    return new BenchResult.Test(work.name(), work.tokens(), nanos);
  }

  /// What is measured.
  private interface Work {
    String name();

    int tokens();

    void warmUp(LlamaContext context) throws LlamaException;

    void run(LlamaContext context) throws LlamaException;
  }

  /// Tokens that begin as a text does and go on at random.
  private static int[] tokens(LlamaModel model, int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] tokens = random.ints(count, 0, model.tokenCount()).toArray();
    if (model.addsBos()) {
      tokens[0] = model.bos();
    }
    return tokens;
  }

  /// A prompt, batch after batch.
  private record Prompt(LlamaModel model, int tokens) implements Work {
    @Override
    public String name() {
      return "pp" + tokens;
    }

    @Override
    public void warmUp(LlamaContext context) throws LlamaException {
      run(context);
    }

    @Override
    public void run(LlamaContext context) throws LlamaException {
      context.decode(BenchTask.tokens(model, tokens));
      context.await();
    }
  }

  /// Token after token.
  private record Generation(LlamaModel model, int tokens) implements Work {
    @Override
    public String name() {
      return "tg" + tokens;
    }

    @Override
    public void warmUp(LlamaContext context) throws LlamaException {
      context.decode(BenchTask.tokens(model, 1));
      context.await();
    }

    @Override
    public void run(LlamaContext context) throws LlamaException {
      for (int token : BenchTask.tokens(model, tokens)) {
        context.decode(token);
        context.await();
      }
    }
  }
}
