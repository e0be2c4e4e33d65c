package dev.computepool.cli.command.train;

import dev.computepool.cli.Context;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.UsageException;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.RunSearch;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which run is meant.
final class RunFlags {
  /// Where runs are if nothing else is said.
  static final String OUTPUT = "output";

  private static final int MAX_NAMES = 10;

  @Parameters(
      paramLabel = "RUN",
      description = "A run's folder, its id or the beginning of it, or 'latest'.")
  private String run = "";

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "The folder that runs are in; default: ./output.")
  private Path folder = Path.of(OUTPUT);

  /// The run as its folder tells of it.
  ///
  /// @throws NotFoundException if there is none of that name
  /// @throws UsageException if several begin like that
  Runs.Found find(Context context) throws IOException {
    return Runs.find(files(context).folder());
  }

  private RunFiles files(Context context) throws IOException {
    return switch (RunSearch.find(run, folder)) {
      case RunSearch.One(RunFiles files) -> files;
      case RunSearch.NoRun(Path path) ->
          throw new NotFoundException(
              "%s is no run: there is no run.json in it".formatted(path),
              "'%s train list' shows the runs that there are".formatted(context.program()));
      case RunSearch.Nothing(List<String> there) ->
          throw new NotFoundException(
              "there is no run '%s', neither as a folder nor in %s".formatted(run, folder),
              there.isEmpty() ? "no run is in " + folder : "there are " + some(there.reversed()));
      case RunSearch.Several(List<String> names) ->
          throw new UsageException(
              "'%s' is the beginning of %d runs".formatted(run, names.size()),
              "they are " + some(names));
    };
  }

  private static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES)));
    int more = names.size() - MAX_NAMES;
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
  }
}
