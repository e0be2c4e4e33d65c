package dev.computepool.cli.progress;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.cli.term.Terminal;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Draws stages on standard error: a bar that is redrawn on a terminal, else a line now and then.
///
/// A stage that ends before its first drawing is due shows nothing: short work stays quiet.
public final class ConsoleProgress implements Progress {
  private static final long FIRST_AFTER = Duration.ofMillis(300).toNanos();
  private static final long REDRAW_AFTER = Duration.ofMillis(100).toNanos();
  private static final long LINE_AFTER = Duration.ofSeconds(5).toNanos();
  private static final int BAR = 24;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final Cancellation cancellation;
  private final Consumer<String> sink;
  private final boolean bar;
  private final int width;
  private final LongSupplier clock;

  private ConsoleProgress(
      Cancellation cancellation,
      Consumer<String> sink,
      boolean bar,
      int width,
      LongSupplier clock) {
    this.cancellation = cancellation;
    this.sink = sink;
    this.bar = bar;
    this.width = width;
    this.clock = clock;
  }

  /// A bar on one line of a terminal.
  public static ConsoleProgress bar(
      Cancellation cancellation, Consumer<String> sink, Terminal terminal) {
    return new ConsoleProgress(cancellation, sink, true, terminal.width(), System::nanoTime);
  }

  /// A line every few seconds, for logs and pipes.
  public static ConsoleProgress lines(Cancellation cancellation, Consumer<String> sink) {
    return lines(cancellation, sink, System::nanoTime);
  }

  static ConsoleProgress lines(
      Cancellation cancellation, Consumer<String> sink, LongSupplier clock) {
    return new ConsoleProgress(cancellation, sink, false, Integer.MAX_VALUE, clock);
  }

  static ConsoleProgress bar(
      Cancellation cancellation, Consumer<String> sink, int width, LongSupplier clock) {
    return new ConsoleProgress(cancellation, sink, true, width, clock);
  }

  @Override
  public Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public Step begin(String name, long total, Unit unit) {
    return new Drawing(new Meter(name, total, unit, clock.getAsLong()));
  }

  private final class Drawing implements Step {
    private final Meter meter;
    private long drawAt = clock.getAsLong() + (bar ? FIRST_AFTER : LINE_AFTER);
    private boolean drawn;

    Drawing(Meter meter) {
      this.meter = meter;
    }

    @Override
    public void advance(long amount) throws CancelledException {
      cancellation.check();
      synchronized (this) {
        meter.advance(amount);
        long now = clock.getAsLong();
        if (now - drawAt >= 0) {
          drawAt = now + (bar ? REDRAW_AFTER : LINE_AFTER);
          drawn = true;
          sink.accept(bar ? ERASE_LINE + barLine(now) : meter.name() + ": " + figures(now) + "\n");
        }
      }
    }

    @Override
    public synchronized void close() {
      if (bar && drawn) {
        sink.accept(ERASE_LINE);
      }
    }

    private String figures(long now) {
      String percent = meter.hasTotal() ? "%d%%  ".formatted(meter.done(100)) : "";
      return percent + meter.figures(now);
    }

    private String barLine(long now) {
      String bars = "";
      if (meter.hasTotal()) {
        int full = meter.done(BAR);
        bars = "[" + "=".repeat(full) + " ".repeat(BAR - full) + "]  ";
      }
      String line = meter.name() + "  " + bars + figures(now);
      return line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
    }
  }
}
