package dev.computepool.cli.command.train;

import dev.computepool.base.FormatException;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.train.run.RunState;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp train list`: the runs of a folder.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train list",
      "  cp train list experiments --json",
      "",
      "A run is 'running' as long as a process works on it, and 'died' if its process",
      "is gone without a word; what its file says does not count. The oldest come",
      "first."
    })
public final class TrainListCommand extends Command {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder that runs are in; default: ./output.")
  private @Nullable Path folder;

  @Option(names = "--output", paramLabel = "DIR", description = "The same as an option.")
  private @Nullable Path output;

  public TrainListCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (folder != null && output != null) {
      throw new UsageException("DIR and --output are the same; give one of them");
    }
    Path named = folder != null ? folder : output;
    if (named != null && !Files.isDirectory(named)) {
      throw Files.exists(named)
          ? new NotDirectoryException(named.toString())
          : new NoSuchFileException(named.toString());
    }
    Path runs = named != null ? named : Path.of(RunFlags.OUTPUT);
    Runs.Listing listing = Runs.list(runs);
    for (FormatException broken : listing.broken()) {
      out.warn(String.valueOf(broken.getMessage()));
    }
    RunList list = RunList.of(runs, listing);
    if (list.runs().isEmpty() && !out.options().json()) {
      out.note("no run is in " + runs);
    } else {
      out.show(list);
    }
    return ExitCode.DONE;
  }

  /// The runs.
  ///
  /// @param broken folders whose `run.json` cannot be read
  private record RunList(String path, List<Row> runs, List<Broken> broken) implements Report {
    static RunList of(Path folder, Runs.Listing listing) {
      return new RunList(
          folder.toString(),
          listing.runs().stream().map(Row::of).toList(),
          listing.broken().stream().map(Broken::of).toList());
    }

    @Override
    public void print(Text out) {
      Table table =
          new Table()
              .left("run")
              .left("state")
              .left("name")
              .right("step")
              .right("loss")
              .right("best");
      for (Row row : runs) {
        RunStatus status = RunStatus.valueOf(row.status().toUpperCase(Locale.ROOT));
        table.row(
            row.run(),
            RunWords.coloured(status, out.style()),
            row.name(),
            row.steps() > 0 ? row.step() + "/" + row.steps() : "",
            loss(row.loss()),
            loss(row.bestEvalLoss()));
      }
      out.table(table);
    }

    private static String loss(@Nullable Double loss) {
      return loss == null ? "" : String.format(Locale.ROOT, "%.4f", loss);
    }
  }

  /// A run.
  ///
  /// @param run the name of its folder
  private record Row(
      String run,
      String id,
      String path,
      String status,
      String name,
      String baseModel,
      String runtime,
      long step,
      long steps,
      double epoch,
      @Nullable Double loss,
      @Nullable Double bestEvalLoss,
      String startedAt,
      @Nullable String endedAt) {
    static Row of(Runs.Found run) {
      RunState state = run.state();
      RunState.Best best = state.best();
      Path folder = run.files().folder();
      return new Row(
          folder.getFileName().toString(),
          state.id(),
          folder.toString(),
          run.status().label(),
          state.name(),
          state.baseModel(),
          state.runtime(),
          state.step(),
          state.steps(),
          state.epoch(),
          state.loss(),
          best == null ? null : best.evalLoss(),
          state.startedAt(),
          state.endedAt());
    }
  }

  /// A run that cannot be read, and why.
  private record Broken(String path, List<String> problems) {
    static Broken of(FormatException e) {
      return new Broken(
          e.file(), e.problems().stream().map(FormatException.Problem::toString).toList());
    }
  }
}
