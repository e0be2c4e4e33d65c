package dev.computepool.publish.gotemplate;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Floats as Go's `strconv` writes them.
final class GoFloat {
  private GoFloat() {}

  /// Exponents from here on are written, and those below -4.
  private static final int EXPONENT = 6;

  /// The shortest text that is read as the same number.
  static String shortest(double value) {
    return shortest(value, EXPONENT);
  }

  private static String shortest(double value, int limit) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = exact.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - exact.scale();
    if (exponent >= -4 && exponent < limit) {
      return exact.toPlainString();
    }
    String sign = value < 0 ? "-" : "";
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return sign + digits.charAt(0) + fraction + exponent(exponent);
  }

  /// As JSON has it: Go writes exponents for less than 1e-6 and from 1e21 on.
  static String json(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-6 || size >= 1e21)) {
      String text = shortest(value, -324);
      // As encoding/json cleans e-09 up to e-9.
      return text.replaceFirst("e-0(\\d)$", "e-$1");
    }
    return value == 0
        ? 1 / value < 0 ? "-0" : "0"
        : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  static String fixed(double size, int precision) {
    return Double.isFinite(size)
        ? new BigDecimal(size).setScale(precision, RoundingMode.HALF_EVEN).toPlainString()
        : special(size);
  }

  static String scientific(double size, int precision) {
    if (!Double.isFinite(size)) {
      return special(size);
    }
    BigDecimal exact = new BigDecimal(size);
    if (size == 0) {
      return "0" + (precision > 0 ? "." + "0".repeat(precision) : "") + "e+00";
    }
    BigDecimal rounded =
        exact.round(new java.math.MathContext(precision + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = digits.length() - 1 - rounded.scale();
    digits += "0".repeat(Math.max(0, precision + 1 - digits.length()));
    digits = digits.substring(0, precision + 1);
    return digits.charAt(0) + (precision > 0 ? "." + digits.substring(1) : "") + exponent(exponent);
  }

  private static String exponent(int exponent) {
    int size = Math.abs(exponent);
    return (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
  }

  private static String special(double value) {
    return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  }
}
