package dev.computepool.cli.command.train;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.chat.LineFormat;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.StandardInput;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.train.data.DatasetFormat;
import dev.computepool.train.data.FormatReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp train format`: a dataset in another format.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train format docs.jsonl -o docs.alpaca.jsonl --to alpaca",
      "  cp train format shared.jsonl --from sharegpt -o docs.jsonl --to chatml",
      "  zcat docs.jsonl.gz | cp train format - -o docs.alpaca.jsonl --to alpaca",
      "",
      "A text has its turns between <|im_start|>ROLE and <|im_end|>; a text without",
      "such marks has no turns, and cannot become a conversation. If a line cannot be",
      "said in the other format, all such lines are named and nothing is written (exit",
      "code 2)."
    })
public final class TrainFormatCommand extends Command {
  @Parameters(paramLabel = "IN.jsonl", description = "The dataset to read; - for standard input.")
  private Path source = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      required = true,
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      required = true,
      description = "Its format: ${COMPLETION-CANDIDATES}.")
  private LineFormat to = LineFormat.CHATML;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description = "The format of IN.jsonl; default: that of its first line.")
  private @Nullable LineFormat from;

  @Option(names = "--force", description = "Replace a file of that name.")
  private boolean force;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that read lines.")
  private @Nullable Integer threads;

  public TrainFormatCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (StandardInput input =
        StandardInput.open(source, context().environment().stdin(), out.cancellation())) {
      return format(input, out);
    }
  }

  private ExitCode format(StandardInput input, Output out) throws IOException {
    long start = System.nanoTime();
    FormatReport report =
        input.read(
            file ->
                DatasetFormat.run(
                    file, output, from, to, force, context().threads(threads), out.progress()));
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    out.show(
        new View(
            input.name(),
            output.toString(),
            report.from().label(),
            report.to().label(),
            report.examples(),
            report.bytes()));
    out.note(
        "wrote %s: %s, %s in %s %s"
            .formatted(
                output,
                Counts.of(report.examples(), "example"),
                ByteSize.format(report.bytes()),
                Durations.format(time),
                Durations.inBrackets(Durations.rate(report.bytes(), time))));
    return ExitCode.DONE;
  }

  /// What was written.
  private record View(String source, String path, String from, String to, long examples, long bytes)
      implements Report {
    @Override
    public void print(Text out) {
      Table table = new Table().left("").left("");
      table.row("source", source + " (" + from + ")");
      table.row("written", path + " (" + to + ")");
      table.row("examples", Long.toString(examples));
      table.row("size", ByteSize.format(bytes));
      out.table(table);
    }
  }
}
