package dev.computepool.cli.command.train;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.chat.LineFormat;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.StandardInput;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.train.data.CheckOptions;
import dev.computepool.train.data.CheckReport;
import dev.computepool.train.data.DatasetCheck;
import dev.computepool.train.preflight.Preflight;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp train check`: whether a configuration or a dataset is what training needs.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train check computepool.train.yml",
      "  cp train check docs.jsonl",
      "  cp train check docs.jsonl --tokenizer Qwen2.5-0.5B --context 2048",
      "  cp train check docs.jsonl --near-duplicates",
      "  cp train check docs.jsonl --fix -o clean.jsonl",
      "  zcat docs.jsonl.gz | cp train check -",
      "",
      "A .yml or .yaml file is a configuration, computepool.train.yml or an",
      "infernet.train.yml: keys and values, the model, the examples and the output",
      "folder are looked at, and what a run takes of memory and disk is computed,",
      "without loading the model. Any other file is a dataset.",
      "",
      "In a dataset it looks for lines that are not JSON or not of their format, roles",
      "that are wrong or out of order, turns that say nothing, examples that are there",
      "twice or too long, and characters that no text has. --fix changes the bytes that",
      "are wrong and no others; blank lines and copies go, with --near-duplicates near",
      "copies too. Exit code 2 if something is wrong and still is."
    })
public final class TrainCheckCommand extends Command {
  @Parameters(
      paramLabel = "CONFIG|DATA.jsonl",
      description = "The file to check; - for a dataset on standard input.")
  private Path file = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description =
          "The dataset's format: ${COMPLETION-CANDIDATES}; default: that of its first line.")
  private @Nullable LineFormat format;

  @Option(
      names = "--tokenizer",
      paramLabel = "PATH",
      description = "Count tokens with this tokenizer.json, or that of this model folder.")
  private @Nullable Path tokenizer;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "The most tokens an example may have, without those of a chat template.")
  private int tokens;

  @Option(
      names = "--near-duplicates",
      arity = "0..1",
      fallbackValue = "0.8",
      paramLabel = "SHARE",
      description =
          "Find examples that say nearly the same: this share of what they say, 0.5 to 1;"
              + " default: ${FALLBACK-VALUE}.")
  private double nearDuplicates;

  @Option(names = "--fix", description = "Put right what can be without changing what is said.")
  private boolean fix;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "With --fix: the file to write; default: DATA.jsonl itself.")
  private @Nullable Path output;

  @Option(names = "--force", description = "Replace a file of that name.")
  private boolean force;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that read lines.")
  private @Nullable Integer threads;

  public TrainCheckCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).matches(".*\\.ya?ml")) {
      return config(out);
    }
    if (output != null && !fix) {
      throw new UsageException("-o is for --fix: without it nothing is written");
    }
    try (StandardInput input =
        StandardInput.open(file, context().environment().stdin(), out.cancellation())) {
      return dataset(input, out);
    }
  }

  private ExitCode dataset(StandardInput input, Output out) throws IOException {
    if (fix && output == null && input.isStandard()) {
      throw new UsageException(
          "--fix cannot write to standard input", "-o FILE names what is to be written");
    }
    CheckOptions options =
        new CheckOptions(format, tokenizer, tokens, nearDuplicates, context().threads(threads));
    long start = System.nanoTime();
    CheckReport report =
        input.read(
            source ->
                fix
                    ? DatasetCheck.fix(
                        source, output == null ? source : output, force, options, out.progress())
                    : DatasetCheck.run(source, options, out.progress()));
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    CheckView view =
        CheckView.of(input.name(), output == null ? null : output.toString(), fix, report);
    out.show(view);
    out.note(
        "%s: %s, %s in %s %s"
            .formatted(
                input.name(),
                view.verdict(),
                ByteSize.format(report.bytes()),
                Durations.format(time),
                Durations.inBrackets(Durations.rate(report.bytes(), time))));
    return report.isValid() ? ExitCode.DONE : ExitCode.USAGE;
  }

  private ExitCode config(Output out) throws IOException {
    boolean ofDatasets =
        format != null
            || tokenizer != null
            || tokens > 0
            || nearDuplicates > 0
            || fix
            || output != null
            || force
            || threads != null;
    if (ofDatasets) {
      throw new UsageException(
          file
              + " is a configuration, and these options are for datasets: --from, --tokenizer,"
              + " --context, --near-duplicates, --fix, -o, --force, --threads");
    }
    ConfigView view = ConfigView.of(Preflight.run(file, TrainingMachine.measured(context(), out)));
    out.show(view);
    out.note("%s: %s".formatted(file, view.verdict()));
    return view.ok() ? ExitCode.DONE : ExitCode.USAGE;
  }
}
