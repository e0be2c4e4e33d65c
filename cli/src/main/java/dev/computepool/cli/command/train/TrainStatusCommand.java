package dev.computepool.cli.command.train;

import dev.computepool.base.CancelledException;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.Characters;
import dev.computepool.train.report.RunRecord;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cp train status`: how a run is.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train status latest",
      "  cp train status run-2026-11-21T09 --follow",
      "  cp train status output/run-2026-11-21T09-30-00-000Z-x7k2 --json",
      "",
      "--follow looks again until the run ends: on a terminal in place, else with a",
      "line on standard error now and then. With --json it prints the document at the",
      "end."
    })
public final class TrainStatusCommand extends Command {
  private static final long LOOK_MILLIS = 1000;
  private static final long LINE_AFTER = Duration.ofSeconds(5).toNanos();

  @Mixin private RunFlags run = new RunFlags();

  @Option(
      names = {"-f", "--follow"},
      description = "Look again until the run ends.")
  private boolean follow;

  public TrainStatusCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    Path folder = run.find(context()).files().folder();
    try {
      out.show(follow ? follow(folder, out) : look(folder, out));
    } catch (CancelledException e) {
      out.note("the run itself goes on");
      throw e;
    }
    return ExitCode.DONE;
  }

  private StatusView look(Path folder, Output out) throws IOException {
    return StatusView.of(context().program(), RunRecord.read(Runs.find(folder)), out.isUnicode());
  }

  /// Shows how it goes on, and returns how it ended.
  private StatusView follow(Path folder, Output out) throws IOException {
    boolean redrawn = out.isRedrawn() && !out.options().json();
    int width = redrawn ? context().environment().terminal().width() : 0;
    int drawn = 0;
    long lineAt = System.nanoTime();
    String told = "";
    while (true) {
      StatusView view = look(folder, out);
      if (drawn > 0) {
        out.write("\u001b[%dA\u001b[J".formatted(drawn));
      }
      if (!view.status().equals(RunStatus.RUNNING.label())) {
        return view;
      }
      if (redrawn) {
        Text text = new Text(out.style());
        view.print(text);
        out.write(text.toString());
        drawn = text.toString().lines().mapToInt(line -> rows(line, width)).sum();
      } else if (System.nanoTime() - lineAt >= 0 && !view.line().equals(told)) {
        told = view.line();
        out.note(told);
        lineAt = System.nanoTime() + LINE_AFTER;
      }
      Pause.of(LOOK_MILLIS, out.cancellation());
    }
  }

  /// Lines of the terminal that a line takes.
  private static int rows(String line, int width) {
    return Math.max(1, Math.ceilDiv(Characters.columns(line), width));
  }
}
