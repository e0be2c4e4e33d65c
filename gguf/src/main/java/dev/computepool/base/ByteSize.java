package dev.computepool.base;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes, as people write it: `512MiB` and `512M` are binary, `1GB` is decimal, a plain
/// number is bytes.
public record ByteSize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([kmgtp]?)(i?b)?", Pattern.CASE_INSENSITIVE);
  private static final String PREFIXES = "kmgtp";

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("size " + bytes + " is negative");
    }
  }

  /// Reads a size as people write it.
  ///
  /// @throws IllegalArgumentException if `text` is not a size, or not one that fits 63 bits
  public static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a size; write it as 512MiB, 1GB or 4096".formatted(text));
    }
    String prefix = form.group(2).toLowerCase(Locale.ROOT);
    String suffix = form.group(3) == null ? "" : form.group(3).toLowerCase(Locale.ROOT);
    if (prefix.isEmpty() && suffix.equals("ib")) {
      throw new IllegalArgumentException(
          "'%s' is not a size; write it as 512MiB, 1GB or 4096".formatted(text));
    }
    int power = prefix.isEmpty() ? 0 : PREFIXES.indexOf(prefix) + 1;
    BigDecimal unit = BigDecimal.valueOf(suffix.equals("b") ? 1000 : 1024).pow(power);
    BigDecimal exact = new BigDecimal(form.group(1)).multiply(unit);
    try {
      return new ByteSize(exact.setScale(0, RoundingMode.DOWN).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("size '%s' is too large".formatted(text), e);
    }
  }

  /// IEC units with one decimal, such as `1.9 GiB`; below 1 KiB exactly, such as `392 B`.
  public static String format(long bytes) {
    if (Math.abs((double) bytes) < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int power = 0;
    // 1023.95 would print as 1024.0, which belongs to the next unit.
    while (Math.abs(value) >= 1023.95 && power < PREFIXES.length()) {
      value /= 1024;
      power++;
    }
    // Without String.format, whose first use for a fraction takes longer than the whole command.
    long tenths = Math.round(Math.abs(value) * 10);
    String sign = value < 0 ? "-" : "";
    char prefix = Character.toUpperCase(PREFIXES.charAt(power - 1));
    return sign + tenths / 10 + "." + tenths % 10 + " " + prefix + "iB";
  }

  @Override
  public String toString() {
    return format(bytes);
  }
}
