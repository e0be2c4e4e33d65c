package dev.computepool.train.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/// Numbers as people read them.
final class Numbers {
  private static final MathContext FIVE = new MathContext(5, RoundingMode.HALF_UP);

  private Numbers() {}

  /// At most five digits that count: `2.3457`, `12346`, `2e-4`, `not a number`.
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "minus infinite";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e9)) {
      return scientific(value);
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    BigDecimal rounded = size >= 1e5 ? exact.setScale(0, RoundingMode.HALF_UP) : exact.round(FIVE);
    return plain(rounded);
  }

  /// Such as `2e-4` or `1.25e9`; 0 is `0`.
  static String scientific(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).round(FIVE).stripTrailingZeros();
    if (rounded.signum() == 0) {
      return "0";
    }
    int power = rounded.precision() - rounded.scale() - 1;
    return plain(rounded.scaleByPowerOfTen(-power)) + "e" + power;
  }

  private static String plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.signum() == 0 ? "0" : stripped.toPlainString();
  }

  /// A coordinate of a drawing, to the tenth.
  static String place(double value) {
    long tenths = Math.round(value * 10);
    String sign = tenths < 0 ? "-" : "";
    long size = Math.abs(tenths);
    return size % 10 == 0
        ? sign + size / 10
        : "%s%d.%d".formatted(sign, size / 10, size % 10).toLowerCase(Locale.ROOT);
  }
}
