package dev.computepool.cli.command.gguf;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.check.CheckReport;
import dev.computepool.gguf.check.Finding;
import dev.computepool.gguf.check.ModelCheck;
import dev.computepool.gguf.split.SplitSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf check`: whether a file is a model that programs can use.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf check Model.gguf",
      "  cp gguf check Model.gguf --no-data        # only the header, at once",
      "  cp gguf check Model.gguf --json | jq .findings",
      "",
      "It looks for what llama.cpp would refuse, numbers that are NaN or infinite,",
      "tensors of zeros, vocabularies that do not fit the model, missing layers and a",
      "chat template. The parts of a split set are checked as the one model that they",
      "are. Exit code 3 if there is a problem; remarks do not count. A file that is no",
      "valid GGUF, or whose set is not complete, is exit code 2."
    })
public final class GgufCheckCommand extends Command {
  @Parameters(
      paramLabel = "FILE.gguf",
      description = "The file to check, or any part of a split set.")
  private Path file = Path.of("");

  @Option(names = "--no-data", description = "Do not read the tensors.")
  private boolean noData;

  public GgufCheckCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (GgufFile model = GgufFile.open(file)) {
      Optional<SplitSet> set = SplitSet.around(file, model.header());
      CheckReport report =
          set.isPresent()
              ? ModelCheck.run(set.get(), !noData, out.progress())
              : ModelCheck.run(model, !noData, out.progress());
      out.show(Checked.of(file, set.map(parts -> parts.headers().size()).orElse(null), report));
      return report.isSound() ? ExitCode.DONE : ExitCode.VERIFICATION;
    }
  }

  /// @param severity `problem` or `remark`
  /// @param at a key, `tensor NAME` or `byte N`
  private record Row(String severity, String at, String what) {
    static Row of(Finding finding) {
      return new Row(
          finding.severity().name().toLowerCase(Locale.ROOT), finding.at(), finding.what());
    }
  }

  /// @param partCount of the set that was checked as one; null of a file
  /// @param ok whether there is no problem
  /// @param checkedBytes of tensor data that was read
  private record Checked(
      String path,
      @Nullable Integer partCount,
      boolean ok,
      int metadataCount,
      int tensorCount,
      long checkedBytes,
      List<Row> findings)
      implements Report {
    static Checked of(Path file, @Nullable Integer partCount, CheckReport report) {
      return new Checked(
          file.toString(),
          partCount,
          report.isSound(),
          report.keys(),
          report.tensors(),
          report.valueBytes(),
          report.findings().stream().map(Row::of).toList());
    }

    @Override
    public void print(Text out) {
      for (Row row : findings) {
        boolean problem = row.severity().equals("problem");
        String label = problem ? out.style().bad("problem") : out.style().doubtful("remark ");
        out.line("%s  %s: %s".formatted(label, row.at(), row.what()));
      }
      long problems = findings.stream().filter(r -> r.severity().equals("problem")).count();
      out.line(
          "%s%s: %s in %d keys, %d tensors%s"
              .formatted(
                  path,
                  partCount == null ? "" : " (%d parts)".formatted(partCount),
                  problems == 0 ? "no problem" : Counts.of(problems, "problem"),
                  metadataCount,
                  tensorCount,
                  checkedBytes == 0
                      ? ""
                      : " and %s of numbers".formatted(ByteSize.format(checkedBytes))));
    }
  }
}
