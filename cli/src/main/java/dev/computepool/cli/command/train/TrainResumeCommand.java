package dev.computepool.cli.command.train;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/// `cp train resume`: goes on with a run.
@picocli.CommandLine.Command(
    footerHeading = "%nExample:%n",
    footer = {
      "  cp train resume output/run-2026-11-21T09-30-00-000Z-x7k2",
      "",
      "It goes on from the newest checkpoint, or from the beginning where there is none,",
      "with the configuration that the run keeps, and ends with the same weights as a run",
      "that was never interrupted. The examples must be the ones it began with."
    })
public final class TrainResumeCommand extends Command {
  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path folder = Path.of("");

  public TrainResumeCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    return LocalRun.show(context(), out, training -> training.resume(LocalRun.files(folder)));
  }
}
