package dev.computepool.cli.command.train;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.BlockChart;
import dev.computepool.train.report.RunRecord;
import dev.computepool.train.run.MetricsRow;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunFigures;
import dev.computepool.train.run.RunState;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import dev.computepool.train.run.SavedCheckpoint;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a run is.
///
/// @param leftS seconds that the rest takes at the rate so far; only while it runs
/// @param resume the command that goes on with it; absent if nothing does
/// @param losses of the lines of metrics, for the curve
public record StatusView(
    String id,
    String name,
    String path,
    String status,
    @Nullable String reason,
    @Nullable Integer exitCode,
    boolean stopRequested,
    String baseModel,
    String runtime,
    String startedAt,
    String updatedAt,
    @Nullable String endedAt,
    long step,
    long steps,
    double epoch,
    @Nullable Double loss,
    @Nullable Double lr,
    @Nullable Evaluation best,
    @Nullable Evaluation lastEvaluation,
    @Nullable Double tokensPerS,
    double elapsedS,
    @Nullable Double leftS,
    @Nullable Long memoryBytes,
    @Nullable Long peakMemoryBytes,
    List<Saved> checkpoints,
    @Nullable String resume,
    @JsonIgnore List<Double> losses,
    @JsonIgnore boolean unicode)
    implements Report {
  private static final int WIDTH = 60;
  private static final int HEIGHT = 5;
  private static final double MAX_SECONDS = 1e11;

  /// A measurement with the validation examples.
  public record Evaluation(long step, double evalLoss, double perplexity) {
    static @Nullable Evaluation of(RunEvent.@Nullable Evaluated evaluated) {
      return evaluated == null
          ? null
          : new Evaluation(evaluated.step(), evaluated.loss(), evaluated.perplexity());
    }

    private String text() {
      return String.format(
          Locale.ROOT, "%.4f at step %d, perplexity %.2f", evalLoss, step, perplexity);
    }
  }

  /// A checkpoint; the result has no step.
  public record Saved(String name, @Nullable Long step, long bytes) {
    static Saved of(SavedCheckpoint checkpoint) {
      return new Saved(
          checkpoint.name(), checkpoint.isResult() ? null : checkpoint.step(), checkpoint.bytes());
    }
  }

  /// How a run is, as its folder tells.
  ///
  /// @param program what commands are called by
  /// @param unicode whether people see characters beyond ASCII
  public static StatusView of(String program, RunRecord record, boolean unicode) {
    Runs.Found run = record.run();
    RunState state = run.state();
    RunFigures figures = record.figures();
    MetricsRow last = figures.last();
    Duration left = figures.left();
    return new StatusView(
        state.id(),
        state.name(),
        run.files().folder().toString(),
        run.status().label(),
        state.reason(),
        state.exitCode(),
        run.status() == RunStatus.RUNNING && Files.exists(run.files().stopRequest()),
        state.baseModel(),
        state.runtime(),
        state.startedAt(),
        state.updatedAt(),
        state.endedAt(),
        state.step(),
        state.steps(),
        state.epoch(),
        last == null ? state.loss() : Double.valueOf(last.loss()),
        last == null ? null : last.lr(),
        Evaluation.of(figures.bestEvaluation()),
        Evaluation.of(figures.lastEvaluation()),
        figures.tokensPerS(),
        state.elapsedS(),
        left == null ? null : left.toMillis() / 1000.0,
        last == null ? null : last.memoryBytes(),
        figures.peakMemory(),
        record.checkpoints().stream().map(Saved::of).toList(),
        run.isResumable() ? RunWords.resume(program, run.files().folder()) : null,
        record.metrics().stream().map(MetricsRow::loss).toList(),
        unicode);
  }

  private RunStatus runStatus() {
    return RunStatus.valueOf(status.toUpperCase(Locale.ROOT));
  }

  /// One line, for those who watch without a terminal.
  String line() {
    StringBuilder line = new StringBuilder(status);
    if (steps > 0) {
      line.append(": step %d of %d".formatted(step, steps));
    }
    if (loss != null) {
      line.append(String.format(Locale.ROOT, ", loss %.4f", loss));
    }
    if (leftS != null) {
      line.append(", ").append(seconds(leftS)).append(" left");
    }
    return line.toString();
  }

  @Override
  public void print(Text out) {
    Table table = new Table().left("").left("");
    table.row("run", id);
    table.row("name", name);
    table.row("state", state(out));
    if (resume != null) {
      table.row("resume", resume);
    }
    table.row("base model", baseModel);
    table.row("runtime", runtime);
    table.row("begun", startedAt);
    if (endedAt != null) {
      table.row("ended", endedAt);
    }
    if (steps > 0) {
      table.row("step", String.format(Locale.ROOT, "%d of %d, epoch %.2f", step, steps, epoch));
    }
    if (loss != null) {
      table.row("loss", String.format(Locale.ROOT, "%.4f", loss));
    }
    if (best != null) {
      table.row("best validation", best.text());
    }
    if (lastEvaluation != null && !lastEvaluation.equals(best)) {
      table.row("last validation", lastEvaluation.text());
    }
    if (tokensPerS != null) {
      table.row("speed", String.format(Locale.ROOT, "%.0f tokens/s", tokensPerS));
    }
    if (elapsedS > 0) {
      table.row(
          "trained", seconds(elapsedS) + (leftS == null ? "" : ", " + seconds(leftS) + " left"));
    }
    if (memoryBytes != null) {
      table.row("memory", memory(memoryBytes));
    }
    for (Saved saved : checkpoints) {
      table.row(saved.name(), ByteSize.format(saved.bytes()));
    }
    out.table(table);
    List<String> curve =
        losses.size() < 2
            ? List.of()
            : BlockChart.draw(
                losses.stream().mapToDouble(Double::doubleValue).toArray(), WIDTH, HEIGHT, unicode);
    if (!curve.isEmpty()) {
      out.blank();
      curve.forEach(out::line);
    }
  }

  private String state(Text out) {
    String text = RunWords.coloured(runStatus(), out.style());
    if (runStatus() == RunStatus.DIED) {
      return text + ": its process is gone and did not say why";
    }
    if (stopRequested) {
      return text + ", was asked to stop";
    }
    return reason == null ? text : text + ": " + reason;
  }

  private String memory(long now) {
    Long peak = peakMemoryBytes;
    return ByteSize.format(now)
        + (peak != null && peak > now ? ", at most " + ByteSize.format(peak) : "");
  }

  private static String seconds(double seconds) {
    return seconds < MAX_SECONDS
        ? Durations.format(Duration.ofMillis(Math.round(seconds * 1000)))
        : "unknown";
  }
}
