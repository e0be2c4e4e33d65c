package dev.computepool.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Numbers as Python reads and prints them.
final class Numbers {
  /// Python prints no longer integers.
  private static final int MAX_DIGITS = 4300;

  /// Longer integers are not computed, in bits.
  static final int MAX_BITS = 1 << 16;

  private static final Pattern DIGITS = Pattern.compile("[0-9a-z]+(_[0-9a-z]+)*");
  private static final Pattern ZERO = Pattern.compile("0(_?0)*");
  private static final Pattern REAL =
      Pattern.compile("[+-]?((\\d+(_\\d+)*)?\\.?(\\d+(_\\d+)*)?)([eE][+-]?\\d+(_\\d+)*)?");

  private Numbers() {}

  /// An integer as a template writes it, in base 2, 8, 10 or 16.
  static Value.Int literal(String text) {
    if (text.length() > MAX_DIGITS) {
      throw Fault.limit("an integer of more than " + MAX_DIGITS + " digits");
    }
    String digits = text.replace("_", "");
    int base =
        switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : ' ') {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    return new Value.Int(new BigInteger(base == 10 ? digits : digits.substring(2), base));
  }

  static String print(BigInteger value) {
    if (value.bitLength() > MAX_DIGITS * 4) {
      throw Fault.value("an integer of more than " + MAX_DIGITS + " digits cannot be printed");
    }
    String digits = value.toString();
    if (digits.length() - (value.signum() < 0 ? 1 : 0) > MAX_DIGITS) {
      throw Fault.value("an integer of more than " + MAX_DIGITS + " digits cannot be printed");
    }
    return digits;
  }

  /// The shortest digits that are read back as the same number; an exponent below 1e-4 and from
  /// 1e16 on.
  static String print(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value);
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = shortest.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%s%se%s%02d"
        .formatted(value < 0 ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private static BigDecimal shortest(double value) {
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    // Java writes no fewer than two digits, and chooses the better of those.
    BigDecimal one = digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return one.doubleValue() == value ? one : digits;
  }

  /// The integer that a text is, as `int("12")` reads it.
  ///
  /// @param base 0 to go by what the text begins with
  static Optional<BigInteger> parseInteger(String text, long base) {
    String signed = digits(text).toLowerCase(Locale.ROOT);
    boolean negative = signed.startsWith("-");
    String digits = negative || signed.startsWith("+") ? signed.substring(1) : signed;
    long prefixed =
        switch (digits.length() > 2 && digits.charAt(0) == '0' ? digits.charAt(1) : ' ') {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 0;
        };
    long radix = base != 0 ? base : prefixed != 0 ? prefixed : 10;
    if (radix < Character.MIN_RADIX || radix > Character.MAX_RADIX) {
      return Optional.empty();
    }
    if (prefixed == radix) {
      digits = digits.substring(digits.charAt(2) == '_' ? 3 : 2);
    } else if (base == 0 && digits.startsWith("0") && !ZERO.matcher(digits).matches()) {
      return Optional.empty(); // as Python's own integers, which have no zeros before them
    }
    boolean right =
        DIGITS.matcher(digits).matches()
            && digits.length() <= MAX_DIGITS
            && digits.chars().allMatch(c -> c == '_' || Character.digit(c, (int) radix) >= 0);
    if (!right) {
      return Optional.empty();
    }
    BigInteger value = new BigInteger(digits.replace("_", ""), (int) radix);
    return Optional.of(negative ? value.negate() : value);
  }

  /// A text without white space around it, and with the digits of all alphabets as those of ASCII.
  private static String digits(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    Texts.strip(text)
        .codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  /// The number that a text is, as `float("1.5")` reads it.
  static Optional<Double> parseReal(String text) {
    String digits = digits(text);
    String word = digits.toLowerCase(Locale.ROOT);
    return switch (word.startsWith("-") || word.startsWith("+") ? word.substring(1) : word) {
      case "nan" -> Optional.of(Double.NaN);
      case "inf", "infinity" ->
          Optional.of(word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
      default -> {
        boolean right =
            REAL.matcher(digits).matches() && digits.chars().anyMatch(Character::isDigit);
        yield right && !word.matches("[+-]?\\.?e.*")
            ? Optional.of(Double.parseDouble(digits.replace("_", "")))
            : Optional.empty();
      }
    };
  }

  /// A number rounded to a number of decimal places as `%.3f` rounds it, exactly.
  static String fixed(double value, int places) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return print(value);
    }
    BigDecimal rounded = new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN);
    String sign = rounded.signum() == 0 && (value < 0 || 1 / value < 0) ? "-" : "";
    return sign + rounded.toPlainString();
  }

  /// A number as `%.3e` has it.
  static String scientific(double value, int places) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return print(value);
    }
    if (value == 0) {
      String sign = 1 / value < 0 ? "-" : "";
      return sign + (places == 0 ? "0" : "0." + "0".repeat(places)) + "e+00";
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    String digits = rounded.unscaledValue().abs().toString();
    digits = (digits + "0".repeat(places + 1)).substring(0, places + 1);
    String mantissa = places == 0 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%s%se%s%02d"
        .formatted(value < 0 ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /// A number as `%.6g` has it.
  static String general(double value, int precision, boolean keepZeros) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return print(value);
    }
    int digits = Math.max(1, precision);
    String scientific = scientific(value, digits - 1);
    int exponent = Integer.parseInt(scientific.substring(scientific.indexOf('e') + 1));
    if (exponent < -4 || exponent >= digits) {
      int e = scientific.indexOf('e');
      String mantissa = scientific.substring(0, e);
      return (keepZeros ? mantissa : trimZeros(mantissa)) + scientific.substring(e);
    }
    String fixed = fixed(value, Math.max(0, digits - 1 - exponent));
    return keepZeros ? fixed : trimZeros(fixed);
  }

  private static String trimZeros(String text) {
    if (!text.contains(".")) {
      return text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }
}
