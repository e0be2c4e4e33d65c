package dev.computepool.cli.command.imatrix;

import dev.computepool.base.ByteSize;
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
import dev.computepool.llama.measure.ImatrixBuilder;
import dev.computepool.llama.measure.ImatrixRequest;
import dev.computepool.llama.measure.ImatrixResult;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp imatrix`: which weights of a model matter for a text.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp imatrix Model-F16.gguf -f calibration.txt -o Model.imatrix.gguf",
      "  cp quantize Model-F16.gguf --type iq3_xs --imatrix Model.imatrix.gguf"
    })
public final class ImatrixCommand extends Command {
  @Parameters(index = "0", paramLabel = "MODEL.gguf", description = "The model.")
  private Path model = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where the matrix goes, in GGUF form.")
  private Path output = Path.of("");

  @Option(names = "--process-output", description = "Measure output.weight too.")
  private boolean processOutput;

  @Option(
      names = "--parse-special",
      description = "Take '</s>' and the like in the text as tokens, not as letters.")
  private boolean parseSpecial;

  @Option(names = "--force", description = "Replace the matrix if it is there already.")
  private boolean force;

  @Mixin private TextOptions text = new TextOptions();
  @Mixin private GpuOptions gpu = new GpuOptions();
  @Mixin private LlamaOptions llama = new LlamaOptions();

  public ImatrixCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    ImatrixRequest request =
        new ImatrixRequest(
            model,
            text.file,
            output,
            text.chunkTokens,
            text.batchTokens,
            text.microBatchTokens,
            text.chunks,
            processOutput,
            parseSpecial,
            llama.threads(context()),
            gpu.layers(),
            force);
    try (LlamaWorker worker = llama.start(context())) {
      out.show(Written.of(ImatrixBuilder.build(worker, request, out.progress())));
    }
    return ExitCode.DONE;
  }

  private record Written(
      String file, long bytes, int tensors, int chunks, int tokens, double seconds)
      implements Report {
    static Written of(ImatrixResult result) {
      return new Written(
          result.file().toString(),
          result.bytes(),
          result.tensors(),
          result.chunks(),
          result.tokens(),
          result.duration().toNanos() / 1e9);
    }

    @Override
    public void print(Text out) {
      out.line(
          "%s: %s, %s over %s, %s in %s"
              .formatted(
                  file,
                  ByteSize.format(bytes),
                  Counts.of(tensors, "tensor"),
                  Counts.of(chunks, "chunk"),
                  Counts.of(tokens, "token"),
                  Durations.format(Duration.ofMillis((long) (seconds * 1000)))));
    }
  }
}
