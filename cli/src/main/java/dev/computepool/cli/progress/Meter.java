package dev.computepool.cli.progress;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.base.Progress;
import java.time.Duration;

/// One stage as figures: how much of how much, how fast, and how long it will take.
final class Meter {
  private final String name;
  private final long total;
  private final Progress.Unit unit;
  private final long startedAt;
  private long done;

  Meter(String name, long total, Progress.Unit unit, long nanoTime) {
    this.name = name;
    this.total = total;
    this.unit = unit;
    this.startedAt = nanoTime;
  }

  void advance(long amount) {
    done += amount;
  }

  String name() {
    return name;
  }

  /// Whether it is known how much there is to do.
  boolean hasTotal() {
    return total >= 0;
  }

  /// How much of `parts` equal parts is done, rounded down; all of them where nothing is to do.
  int done(int parts) {
    return total <= 0 ? parts : (int) Math.min(parts, Math.floor((double) parts * done / total));
  }

  /// Such as `1.2 GiB of 4.0 GiB  1.9 GiB/s  2 s left`.
  String figures(long nanoTime) {
    Duration elapsed = Duration.ofNanos(nanoTime - startedAt);
    StringBuilder text = new StringBuilder(amount(done));
    if (hasTotal()) {
      text.append(" of ").append(amount(total));
    }
    if (unit == Progress.Unit.BYTES && elapsed.toMillis() >= 200) {
      text.append("  ").append(Durations.rate(done, elapsed));
    }
    if (total > 0 && done > 0 && done < total && elapsed.toMillis() >= 1000) {
      double left = elapsed.toNanos() * ((double) (total - done) / done);
      text.append("  ").append(Durations.format(Duration.ofNanos((long) left))).append(" left");
    }
    return text.toString();
  }

  private String amount(long value) {
    return switch (unit) {
      case BYTES -> ByteSize.format(value);
      case ITEMS -> Long.toString(value);
    };
  }
}
