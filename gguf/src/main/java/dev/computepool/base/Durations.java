package dev.computepool.base;

import java.time.Duration;
import java.util.Locale;

/// Times and rates as people read them.
public final class Durations {
  private Durations() {}

  /// Such as `0.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min`.
  public static String format(Duration time) {
    long millis = time.toMillis();
    if (millis < 9950) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long seconds = Math.round(millis / 1000.0);
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return "%d min %02d s".formatted(seconds / 60, seconds % 60);
    }
    return "%d h %02d min".formatted(seconds / 3600, seconds / 60 % 60);
  }

  /// Such as `1.9 GiB/s`; empty for a time too short to tell.
  public static String rate(long bytes, Duration time) {
    long millis = time.toMillis();
    return millis == 0 ? "" : ByteSize.format(Math.round(bytes * 1000.0 / millis)) + "/s";
  }

  /// `(text)`, or nothing for nothing.
  public static String inBrackets(String text) {
    return text.isEmpty() ? "" : "(" + text + ")";
  }
}
