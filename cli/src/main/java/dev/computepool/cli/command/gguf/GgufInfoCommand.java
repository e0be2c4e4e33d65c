package dev.computepool.cli.command.gguf;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/// `cp gguf info`: what a GGUF file says about itself.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf info Model-Q4_K_M.gguf",
      "  cp gguf info Model.gguf --json | jq .metadata"
    })
public final class GgufInfoCommand extends Command {
  @Parameters(paramLabel = "FILE.gguf", description = "The file to look into.")
  private Path file = Path.of("");

  public GgufInfoCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (GgufFile model = GgufFile.open(file)) {
      out.show(GgufInfoReport.of(model, model.header().isPart() ? SetView.of(model) : null));
    }
    return ExitCode.DONE;
  }
}
