package dev.computepool.cli.command;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// `cp quickstart`: the pipeline on a tiny model, each step with the command that a user types.
@picocli.CommandLine.Command(
    footerHeading = "%nExample:%n",
    footer = {
      "  cp quickstart",
      "",
      "It makes the folder computepool-quickstart here and needs no network."
    })
public final class QuickstartCommand extends Command {
  private static final Path FOLDER = Path.of("computepool-quickstart");

  @Option(
      names = "--keep",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Keep the folder to play with; --no-keep removes it at the end.")
  private boolean keep;

  public QuickstartCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (Files.exists(FOLDER) && !Tour.isOurs(FOLDER)) {
      throw new UsageException(
          "%s exists and was not made by a tour".formatted(FOLDER),
          "take the tour in another folder");
    }
    try (Tour tour = Tour.begin(FOLDER, context(), out, keep)) {
      tour.take();
      out.show(tour.report());
    }
    return ExitCode.DONE;
  }
}
