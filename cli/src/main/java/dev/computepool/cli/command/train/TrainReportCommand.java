package dev.computepool.cli.command.train;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.train.report.RunRecord;
import dev.computepool.train.report.RunReport;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cp train report`: a run as a page of HTML.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train report latest",
      "  cp train report run-2026-11-21T09 -o run.html --force",
      "",
      "The page needs nothing but itself: it opens offline and can be sent to others.",
      "It has the plots, the facts, the configuration in full and the commands to",
      "repeat, resume, merge and convert. A run that goes on is shown as it is now."
    })
public final class TrainReportCommand extends Command {
  @Mixin private RunFlags run = new RunFlags();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE.html",
      description = "The file to write; default: report.html in the run's folder.")
  private @Nullable Path target;

  @Option(names = "--force", description = "Replace a file of that name.")
  private boolean force;

  public TrainReportCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    Runs.Found found = run.find(context());
    RunRecord record = RunRecord.read(found);
    Path file = target != null ? target : found.files().folder().resolve("report.html");
    long bytes =
        RunReport.write(record, RunWords.instructions(context().program(), record), file, force);
    out.show(new Written(found.state().id(), file.toString(), bytes));
    return ExitCode.DONE;
  }

  /// What was written.
  private record Written(String id, String path, long bytes) implements Report {
    @Override
    public void print(Text out) {
      out.line("wrote %s (%s)".formatted(path, ByteSize.format(bytes)));
    }
  }
}
