package dev.computepool.cli.command.bench;

import dev.computepool.cli.Context;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What measurements with PyTorch's library have in common.
final class TorchOptions {
  @Under(OptionHeading.COMPUTING)
  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "What computes: cpu or cuda; default: cuda if PyTorch's library has it.")
  private Torch.@Nullable Target device;

  @Under(OptionHeading.COMPUTING)
  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute; default: the setting 'threads', or one a core.")
  private @Nullable Integer threads;

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      defaultValue = "5",
      description = "Measurements of a second each, or longer; default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(names = "--markdown", description = "Print the table as Markdown.")
  private boolean markdown;

  @Option(names = "--no-save", description = "Keep no file with what was measured.")
  private boolean unsaved;

  Torch.Target device() {
    if (device != null) {
      return device;
    }
    return TorchFiles.computesOn(Torch.Target.CUDA) ? Torch.Target.CUDA : Torch.Target.CPU;
  }

  int threads(Context context) throws IOException {
    return context.threads(threads);
  }

  int repetitions() throws UsageException {
    if (repetitions < 1) {
      throw new UsageException("--repetitions: at least 1, not " + repetitions);
    }
    return repetitions;
  }

  boolean isMarkdown() {
    return markdown;
  }

  boolean isSaved() {
    return !unsaved;
  }

  /// Prints a table as the user wants it.
  static void print(Text out, Table table, boolean markdown) {
    if (markdown) {
      out.markdown(table);
    } else {
      out.table(table);
    }
  }
}
