package dev.computepool.cli.command.gguf;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.diff.GgufDiff;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf diff`: what two files have in common, and what not.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf diff Model-old.gguf Model-new.gguf",
      "  cp gguf diff Model-F16.gguf Model-Q4_K_M.gguf --no-data",
      "",
      "Order, padding and offsets do not count. Exit code 1 if anything differs, as of",
      "diff and cmp."
    })
public final class GgufDiffCommand extends Command {
  @Parameters(index = "0", paramLabel = "A.gguf", description = "A file.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "B.gguf", description = "Another file.")
  private Path after = Path.of("");

  @Option(
      names = "--no-data",
      description = "Compare keys, types and shapes, and do not read the tensors.")
  private boolean noData;

  public GgufDiffCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (GgufFile a = GgufFile.open(before);
        GgufFile b = GgufFile.open(after)) {
      GgufDiff diff = GgufDiff.of(a, b, !noData, out.progress());
      out.show(DiffReport.of(before, after, diff, !noData));
      return diff.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }
}
