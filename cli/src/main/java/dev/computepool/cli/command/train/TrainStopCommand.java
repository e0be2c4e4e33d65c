package dev.computepool.cli.command.train;

import dev.computepool.base.CancelledException;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.train.run.RunState;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cp train stop`: asks a run to stop.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train stop latest",
      "  cp train stop run-2026-11-21T09 --wait",
      "",
      "The run ends the step that it is in, saves a checkpoint and stops; 'cp train",
      "resume' goes on with it. Exit code 1 if it does not run, or with --wait if it",
      "ended with an error."
    })
public final class TrainStopCommand extends Command {
  private static final long LOOK_MILLIS = 200;

  @Mixin private RunFlags run = new RunFlags();

  @Option(names = "--wait", description = "Wait until it has stopped.")
  private boolean wait;

  public TrainStopCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    Runs.Found found = run.find(context());
    Runs.requestStop(found);
    if (wait) {
      try {
        found = ended(found.files().folder(), out);
      } catch (CancelledException e) {
        out.note("the run stops nevertheless");
        throw e;
      }
    }
    out.show(Stopped.of(found));
    return switch (found.status()) {
      case RUNNING, COMPLETED, STOPPED -> ExitCode.DONE;
      case FAILED, DIED -> ExitCode.FAILED;
    };
  }

  private static Runs.Found ended(Path folder, Output out) throws IOException {
    while (true) {
      Runs.Found now = Runs.find(folder);
      if (now.status() != RunStatus.RUNNING) {
        return now;
      }
      Pause.of(LOOK_MILLIS, out.cancellation());
    }
  }

  /// What became of the request.
  private record Stopped(
      String id, String path, String status, @Nullable String reason, long step, long steps)
      implements Report {
    static Stopped of(Runs.Found run) {
      RunState state = run.state();
      return new Stopped(
          state.id(),
          run.files().folder().toString(),
          run.status().label(),
          state.reason(),
          state.step(),
          state.steps());
    }

    @Override
    public void print(Text out) {
      if (status.equals(RunStatus.RUNNING.label())) {
        out.line("%s was asked to stop".formatted(id));
        return;
      }
      String at = steps > 0 ? " at step %d of %d".formatted(step, steps) : "";
      out.line("%s %s%s%s".formatted(id, status, at, reason == null ? "" : ": " + reason));
    }
  }
}
