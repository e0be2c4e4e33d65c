package dev.computepool.cli.command.bench;

import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.option.GpuOptions;
import dev.computepool.cli.option.TextOptions;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.llama.measure.Perplexity;
import dev.computepool.llama.measure.PerplexityRequest;
import dev.computepool.llama.measure.PerplexityResult;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `cp bench perplexity`: how well a model predicts a text.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp bench perplexity Model-Q4_K_M.gguf -f wiki.test.raw",
      "  cp bench perplexity Model-F16.gguf -f wiki.test.raw --chunks 20 --json"
    })
public final class BenchPerplexityCommand extends Command {
  @Parameters(paramLabel = "MODEL.gguf", description = "The model.")
  private Path model = Path.of("");

  @Mixin private TextOptions text = new TextOptions();
  @Mixin private GpuOptions gpu = new GpuOptions();
  @Mixin private LlamaOptions llama = new LlamaOptions();

  public BenchPerplexityCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    PerplexityRequest request =
        new PerplexityRequest(
            model,
            text.file,
            text.chunkTokens,
            text.batchTokens,
            text.microBatchTokens,
            text.chunks,
            llama.threads(context()),
            gpu.layers());
    try (LlamaWorker worker = llama.start(context())) {
      out.show(Measured.of(request, Perplexity.measure(worker, request, out.progress())));
    }
    return ExitCode.DONE;
  }

  private record Measured(
      String model,
      String text,
      double perplexity,
      double uncertainty,
      long predicted,
      int chunks,
      List<Double> running,
      double seconds)
      implements Report {
    static Measured of(PerplexityRequest request, PerplexityResult result) {
      return new Measured(
          request.model().toString(),
          request.text().toString(),
          result.perplexity(),
          result.uncertainty(),
          result.predicted(),
          result.running().size(),
          result.running(),
          result.duration().toNanos() / 1e9);
    }

    @Override
    public void print(Text out) {
      out.line(
          String.format(
              Locale.ROOT,
              "%s: perplexity %.4f ± %.5f, %s of %s in %s",
              model,
              perplexity,
              uncertainty,
              Counts.of(predicted, "token"),
              Counts.of(chunks, "chunk"),
              Durations.format(Duration.ofMillis((long) (seconds * 1000)))));
    }
  }
}
