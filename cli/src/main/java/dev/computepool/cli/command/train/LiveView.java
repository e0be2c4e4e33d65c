package dev.computepool.cli.command.train;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.OutputOptions;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import dev.computepool.cli.term.BlockChart;
import dev.computepool.cli.term.Environment;
import dev.computepool.train.run.MetricsRow;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Shows a run while it trains: on a terminal two lines that are drawn again and again, the second
/// one the curve of the loss; elsewhere a line now and then.
final class LiveView implements RunListener, AutoCloseable {
  private static final long LINE_AFTER = Duration.ofSeconds(5).toNanos();
  private static final int CURVE = 60;
  private static final String ERASE = "\r\u001b[K";
  private static final String UP = "\u001b[A";

  private final Output out;
  private final boolean drawn;
  private final boolean silent;
  private final int width;
  private final List<Double> losses = new ArrayList<>();
  private boolean onScreen;
  private @Nullable String folder;
  private long begunAt;
  private long begunStep;
  private long lineAt;
  private @Nullable MetricsRow last;

  LiveView(Output out, Environment environment) {
    OutputOptions options = out.options();
    this.out = out;
    this.silent = options.quiet() || options.progress() == ProgressMode.NONE;
    this.drawn = !silent && out.isWatched() && options.progress() == ProgressMode.AUTO;
    this.width = drawn ? environment.terminal().width() : Integer.MAX_VALUE;
  }

  @Override
  public void happened(RunEvent event) {
    if (event instanceof RunEvent.Opened(String opened)) {
      folder = opened;
    }
    if (event instanceof RunEvent.Note(String what)) {
      erase();
      out.warn(what);
      return;
    }
    if (silent) {
      return;
    }
    switch (event) {
      case RunEvent.Stage(String what) -> say(what);
      case RunEvent.Note _ -> {}
      case RunEvent.Opened(String opened) -> say("run: " + opened);
      case RunEvent.Begun(long from, long steps) -> {
        begunAt = System.nanoTime();
        begunStep = from;
        if (from > 0) {
          say("going on after step " + (steps > 0 ? from + " of " + steps : from));
        }
      }
      case RunEvent.Stepped stepped -> stepped(stepped);
      case RunEvent.Evaluated evaluated ->
          say(
              "step %d: validation loss %.4f, perplexity %.2f%s"
                  .formatted(
                      evaluated.step(),
                      evaluated.loss(),
                      evaluated.perplexity(),
                      evaluated.best() ? ", the best so far" : ""));
      case RunEvent.Saved(long step, String folder) ->
          out.detail("step %d: saved %s".formatted(step, folder));
    }
  }

  private void stepped(RunEvent.Stepped step) {
    MetricsRow row = step.row();
    if (row != null) {
      last = row;
      losses.add(row.loss());
    }
    long now = System.nanoTime();
    if (drawn) {
      erase();
      out.error(clipped(figures(step, now)) + "\n" + clipped(curve()));
      onScreen = true;
    } else if (now - lineAt >= 0 || step.step() == step.steps()) {
      lineAt = now + LINE_AFTER;
      out.error(figures(step, now) + "\n");
    }
  }

  private String figures(RunEvent.Stepped step, long now) {
    StringBuilder line = new StringBuilder("step " + step.step());
    if (step.steps() > 0) {
      line.append(" of ").append(step.steps());
    }
    MetricsRow row = last;
    if (row != null) {
      if (row.epoch() != null) {
        line.append(String.format(Locale.ROOT, ", epoch %.2f", row.epoch()));
      }
      line.append(String.format(Locale.ROOT, ", loss %.4f", row.loss()));
      if (row.tokensPerS() != null) {
        line.append(String.format(Locale.ROOT, ", %,.0f tokens/s", row.tokensPerS()));
      }
      if (row.memoryBytes() != null) {
        line.append(", ").append(ByteSize.format(row.memoryBytes()));
      }
    }
    long made = step.step() - begunStep;
    long left = step.steps() - step.step();
    if (made > 0 && left > 0) {
      Duration time = Duration.ofNanos((now - begunAt) / made * left);
      line.append(", ").append(Durations.format(time)).append(" left");
    }
    return line.toString();
  }

  /// The losses as bars, the newest at the right.
  private String curve() {
    return losses.size() < 2
        ? ""
        : BlockChart.line(
            losses.stream().mapToDouble(Double::doubleValue).toArray(),
            Math.clamp(width - 1L, 1, CURVE),
            out.isUnicode());
  }

  private String clipped(String line) {
    return line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
  }

  private void say(String line) {
    erase();
    out.error(line + "\n");
  }

  /// Takes the two lines away, so that something else can be said.
  void erase() {
    if (onScreen) {
      onScreen = false;
      out.error(ERASE + UP + ERASE);
    }
  }

  /// The folder of the run; null before it has one.
  @Nullable String folder() {
    return folder;
  }

  /// Leaves the last figures where they are.
  @Override
  public void close() {
    if (onScreen) {
      onScreen = false;
      out.error("\n");
    }
  }
}
