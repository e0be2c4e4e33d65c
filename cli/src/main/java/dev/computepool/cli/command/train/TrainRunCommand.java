package dev.computepool.cli.command.train;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.output.Output;
import dev.computepool.train.preflight.Preflight;
import dev.computepool.train.preflight.PreflightReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `cp train run`: trains as a configuration says.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train init --model Qwen2.5-0.5B --dataset docs.jsonl",
      "  cp train run --local",
      "  cp train run --config night.yml -n            # only say what would be done",
      "",
      "A run has a folder of its own under outputs.download, with its metrics, its log,",
      "what it was begun with, checkpoints, and at its end checkpoint-final: an adapter",
      "that 'train merge', 'convert' and Python's peft read. Ctrl-C saves a checkpoint;",
      "'train resume' goes on from the newest one as if nothing had happened."
    })
public final class TrainRunCommand extends Command {
  private static final List<String> NAMES = List.of("computepool.train.yml", "infernet.train.yml");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "What to train, and how; default: computepool.train.yml or infernet.train.yml here.")
  private @Nullable Path config;

  @Option(
      names = "--local",
      description = "Train on this machine, which is also what happens without it.")
  private boolean local;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Check all that 'train check' does, and train nothing.")
  private boolean dryRun;

  public TrainRunCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    Path file = config == null ? usual() : config;
    if (dryRun) {
      PreflightReport report = Preflight.run(file, TrainingMachine.of(context()));
      ConfigView view = ConfigView.of(report);
      out.show(view);
      out.note("dry run: %s; nothing was trained".formatted(view.verdict()));
      return view.ok() ? ExitCode.DONE : ExitCode.USAGE;
    }
    out.detail(local ? "on this machine, as asked" : "on this machine, as nothing else was asked");
    return LocalRun.show(context(), out, training -> training.start(file));
  }

  private static Path usual() throws NotFoundException {
    for (String name : NAMES) {
      if (Files.exists(Path.of(name))) {
        return Path.of(name);
      }
    }
    throw new NotFoundException(
        "there is no computepool.train.yml here",
        "'train init' writes one; --config FILE names another");
  }
}
