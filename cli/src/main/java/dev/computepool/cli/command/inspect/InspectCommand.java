package dev.computepool.cli.command.inspect;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp inspect`: what a file or folder is, and what is in it.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp inspect Model.gguf",
      "  cp inspect Qwen2.5-0.5B-Instruct --tensors",
      "  cp inspect my-lora --json",
      "  cp inspect output/run-2026-11-21T09-30-00-000Z-x7k2"
    })
public final class InspectCommand extends Command {
  @Parameters(
      paramLabel = "PATH",
      description =
          "A GGUF or safetensors file, or the folder of a model, an adapter, shards or a run.")
  private Path path = Path.of("");

  @Option(names = "--tensors", description = "List the tensors too.")
  private boolean tensors;

  public InspectCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    out.show(Inspection.of(path, tensors, context().program(), out.isUnicode()));
    return ExitCode.DONE;
  }
}
