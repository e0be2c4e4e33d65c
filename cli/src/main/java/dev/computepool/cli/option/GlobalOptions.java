package dev.computepool.cli.option;

import dev.computepool.cli.output.OutputOptions.ColorMode;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command understands.
public final class GlobalOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  public boolean help;

  @Option(names = "--json", description = "Print the result as one JSON document.")
  public boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only results, warnings and errors.")
  public boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "More detail; twice for stack traces.")
  public boolean[] verbose = {};

  @Option(
      names = "--progress",
      paramLabel = "WHEN",
      description = "Progress as a bar or lines (auto), plain lines, or none.")
  public @Nullable ProgressMode progress;

  @Option(names = "--color", paramLabel = "WHEN", description = "Colour: auto, always or never.")
  public @Nullable ColorMode color;

  @Option(names = "--offline", description = "Never use the network; what needs it fails at once.")
  public boolean offline;
}
