package dev.computepool.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How much of a model goes to graphics processors.
@Under(OptionHeading.COMPUTING)
public final class GpuOptions {
  @Option(
      names = {"-ngl", "--n-gpu-layers"},
      paramLabel = "N",
      description = "Layers that go to graphics processors; -1 for all, the default.")
  private @Nullable Integer layers;

  /// The number of layers; null leaves it to the library.
  public @Nullable Integer layers() {
    return layers;
  }
}
