package dev.computepool.cli.command.train;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.convert.adapter.AdapterMerge;
import dev.computepool.convert.adapter.MergePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp train merge`: an adapter and its model as one model.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train merge my-lora --base Llama-3.2-1B -o Llama-3.2-1B-mine",
      "  cp train merge my-lora --base Llama-3.2-1B -o merged --dry-run --json"
    })
public final class TrainMergeCommand extends Command {
  @Parameters(paramLabel = "ADAPTER", description = "The folder of a PEFT LoRA adapter.")
  private Path adapter = Path.of("");

  @Option(
      names = "--base",
      paramLabel = "DIR",
      required = true,
      description = "The model that it was trained for.")
  private Path base = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to write the merged model to.")
  private Path output = Path.of("");

  @Option(names = "--threads", paramLabel = "N", description = "Threads that compute.")
  private @Nullable Integer threads;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Show what would be written, and write nothing.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace a folder of that name.")
  private boolean force;

  public TrainMergeCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (AdapterMerge merge = AdapterMerge.plan(adapter, base)) {
      merge.plan().notes().forEach(out::warn);
      if (dryRun) {
        merge.check(output, force);
        out.show(MergeReport.of(merge.plan(), output));
        out.note("dry run: nothing was written");
        return ExitCode.DONE;
      }
      long start = System.nanoTime();
      merge.write(output, force, context().threads(threads), out.progress());
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      out.show(MergeReport.of(merge.plan(), output));
      out.note(
          "wrote %s: %d of %d tensors changed, %s in %s %s"
              .formatted(
                  output,
                  merge.plan().changed().size(),
                  merge.plan().tensors(),
                  ByteSize.format(merge.plan().byteSize()),
                  Durations.format(time),
                  Durations.inBrackets(Durations.rate(merge.plan().byteSize(), time))));
      return ExitCode.DONE;
    }
  }

  /// What a merge writes, or has written.
  ///
  /// @param changed names of the tensors that the adapter changes
  private record MergeReport(
      String adapter,
      String base,
      String path,
      long bytes,
      int tensorCount,
      List<String> changed,
      List<String> notes)
      implements Report {
    static MergeReport of(MergePlan plan, Path target) {
      return new MergeReport(
          plan.adapter().toString(),
          plan.base().toString(),
          target.toString(),
          plan.byteSize(),
          plan.tensors(),
          plan.changed(),
          plan.notes());
    }

    @Override
    public void print(Text out) {
      Table head = new Table().left("").left("");
      head.row("adapter", adapter);
      head.row("base", base);
      head.row("folder", path);
      head.row("changed", "%d of %d tensors".formatted(changed.size(), tensorCount));
      head.row("size", ByteSize.format(bytes));
      out.table(head);
    }
  }
}
