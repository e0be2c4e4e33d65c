package dev.computepool.cli.command.bench;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.option.GpuOptions;
import dev.computepool.cli.output.Output;
import dev.computepool.llama.measure.BenchRequest;
import dev.computepool.llama.measure.ModelBench;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp bench model`: how fast a model processes a prompt and generates text here.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp bench model Model-Q4_K_M.gguf",
      "  cp bench model Model-Q4_K_M.gguf -p 2048 -n 0 -ngl 99 --markdown"
    })
public final class BenchModelCommand extends Command {
  @Parameters(paramLabel = "MODEL.gguf", description = "The model.")
  private Path model = Path.of("");

  @Option(
      names = {"-p", "--n-prompt"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of the prompt; 0 leaves it out; default: ${DEFAULT-VALUE}.")
  private int promptTokens;

  @Option(
      names = {"-n", "--n-gen"},
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens generated; 0 leaves that out; default: ${DEFAULT-VALUE}.")
  private int generatedTokens;

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      defaultValue = "5",
      description = "Repetitions, after one that does not count; default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "2048",
      description = "Tokens decoded in one call; default: ${DEFAULT-VALUE}.")
  private int batchTokens;

  @Option(
      names = {"-ub", "--ubatch-size"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens computed at once; default: ${DEFAULT-VALUE}.")
  private int microBatchTokens;

  @Option(names = "--markdown", description = "Print the table as Markdown.")
  private boolean markdown;

  @Mixin private GpuOptions gpu = new GpuOptions();
  @Mixin private LlamaOptions llama = new LlamaOptions();

  public BenchModelCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    BenchRequest request =
        new BenchRequest(
            model,
            promptTokens,
            generatedTokens,
            repetitions,
            batchTokens,
            microBatchTokens,
            llama.threads(context()),
            gpu.layers());
    try (LlamaWorker worker = llama.start(context())) {
      BenchModelReport report =
          BenchModelReport.of(request, ModelBench.run(worker, request, out.progress()), markdown);
      if (!report.gpu() && gpu.layers() != null && gpu.layers() != 0) {
        out.warn("this llama.cpp has no graphics processor here; -ngl changes nothing");
      }
      out.show(report);
    }
    return ExitCode.DONE;
  }
}
