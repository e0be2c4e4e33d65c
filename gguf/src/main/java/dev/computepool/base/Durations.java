package dev.computepool.base;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times and rates as people read and write them.
public final class Durations {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)\\s*(ms|s|m|min|h|d)");

  private Durations() {}

  /// Reads a time such as `500ms`, `1.5s`, `2m`, `12h` or `1d`; `0` needs no unit.
  ///
  /// @throws IllegalArgumentException if `text` is no time
  public static Duration parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (text.strip().equals("0")) {
      return Duration.ZERO;
    }
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a time; write it as 500ms, 2s, 5m, 12h or 1d".formatted(text));
    }
    long unit =
        switch (form.group(2)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m", "min" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    return Duration.ofMillis(
        new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit)).longValue());
  }

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
