package dev.computepool.cli.option;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// A text that a model is run over, and in which pieces; the names and the defaults are those of
/// llama-imatrix and llama-perplexity.
public final class TextOptions {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "TEXT",
      description = "The text, in UTF-8.")
  public Path file = Path.of("");

  @Option(
      names = {"-c", "--ctx-size"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of one chunk of the text; default: ${DEFAULT-VALUE}.")
  public int chunkTokens;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      defaultValue = "2048",
      description = "Tokens decoded in one call, a multiple of -c or less; ${DEFAULT-VALUE}.")
  public int batchTokens;

  @Option(
      names = {"-ub", "--ubatch-size"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens computed at once; default: ${DEFAULT-VALUE}.")
  public int microBatchTokens;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      defaultValue = "0",
      description = "Use only so many chunks; 0 for all, the default.")
  public int chunks;
}
