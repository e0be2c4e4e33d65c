package dev.computepool.cli.command.train;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.train.run.RunFiles;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/// `cp train resume`: goes on with a run.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train resume latest",
      "  cp train resume output/run-2026-11-21T09-30-00-000Z-x7k2",
      "",
      "It goes on from the newest checkpoint, or from the beginning where there is",
      "none, with the configuration that the run keeps, and ends with the same weights",
      "as a run that was never interrupted. The examples must be the ones it began",
      "with."
    })
public final class TrainResumeCommand extends Command {
  @Mixin private RunFlags run = new RunFlags();

  public TrainResumeCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    RunFiles files = run.find(context()).files();
    return LocalRun.show(context(), out, training -> training.resume(files));
  }
}
