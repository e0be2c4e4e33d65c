package dev.computepool.publish.gotemplate;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers, strings and characters as Go's sources write them.
final class Literals {
  /// Longer numbers are refused, in characters: the patterns take some of the stack for each.
  private static final int MAX_NUMBER = 400;

  private static final Pattern INTEGER =
      Pattern.compile(
          "[+-]?(0[xX]_?[0-9a-fA-F]+(_[0-9a-fA-F]+)*|0[bB]_?[01]+(_[01]+)*"
              + "|0[oO]_?[0-7]+(_[0-7]+)*|0(_?[0-7]+)*|[1-9][0-9]*(_[0-9]+)*)");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "[+-]?([0-9]+(_[0-9]+)*(\\.([0-9]+(_[0-9]+)*)?)?|\\.[0-9]+(_[0-9]+)*)"
              + "([eE][+-]?[0-9]+(_[0-9]+)*)?");
  private static final Pattern HEXADECIMAL_FLOAT =
      Pattern.compile("[+-]?0[xX]([0-9a-fA-F]+(\\.[0-9a-fA-F]*)?|\\.[0-9a-fA-F]+)[pP][+-]?[0-9]+");

  private Literals() {}

  /// The value of a number; nothing for an integer that fits 64 bits only without a sign.
  static @Nullable GoValue number(int line, String text) {
    if (text.length() > MAX_NUMBER) {
      throw Fault.unsupported(line, "a number of " + text.length() + " characters");
    }
    if (text.endsWith("i")) {
      throw Fault.unsupported(line, "complex numbers: " + text);
    }
    if (INTEGER.matcher(text).matches()) {
      BigInteger value = integer(text);
      if (value.bitLength() < Long.SIZE) {
        return new GoValue.Int(value.longValueExact());
      }
      if (value.signum() > 0 && value.bitLength() == Long.SIZE) {
        return null;
      }
      throw Fault.syntax(line, "integer overflow: " + Bytes.quote(text));
    }
    boolean decimal = DECIMAL.matcher(text).matches();
    if (!decimal && !HEXADECIMAL_FLOAT.matcher(text).matches()) {
      throw Fault.syntax(line, "illegal number syntax: " + Bytes.quote(text));
    }
    if (decimal && text.matches("[+-]?[0-9_]+")) {
      throw Fault.syntax(line, "integer overflow: " + Bytes.quote(text));
    }
    return new GoValue.Decimal(Double.parseDouble(text.replace("_", "")));
  }

  private static BigInteger integer(String text) {
    String digits = text.replace("_", "").replace("+", "").toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    digits = negative ? digits.substring(1) : digits;
    BigInteger value =
        digits.startsWith("0x")
            ? new BigInteger(digits.substring(2), 16)
            : digits.startsWith("0b")
                ? new BigInteger(digits.substring(2), 2)
                : digits.startsWith("0o")
                    ? new BigInteger(digits.substring(2), 8)
                    : digits.length() > 1 && digits.startsWith("0")
                        ? new BigInteger(digits, 8)
                        : new BigInteger(digits);
    return negative ? value.negate() : value;
  }

  /// The value of a character constant.
  static GoValue character(int line, String text) {
    Unquoted one = unquote(line, text, 1, '\'');
    if (one.end() != text.length() - 1) {
      throw Fault.syntax(line, "malformed character constant: " + text);
    }
    return new GoValue.Int(one.code());
  }

  /// The bytes of a string, raw or not.
  static String string(int line, String quoted) {
    if (quoted.startsWith("`")) {
      return quoted.substring(1, quoted.length() - 1).replace("\r", "");
    }
    StringBuilder bytes = new StringBuilder();
    for (int at = 1; at < quoted.length() - 1; ) {
      Unquoted one = unquote(line, quoted, at, '"');
      if (one.isByte()) {
        bytes.append((char) one.code());
      } else {
        bytes.append(Bytes.ofCharacter(one.code()));
      }
      at = one.end();
    }
    return bytes.toString();
  }

  /// @param isByte whether it is a byte and no character
  private record Unquoted(int code, boolean isByte, int end) {}

  private static Unquoted unquote(int line, String text, int at, char quote) {
    if (text.charAt(at) == quote) {
      throw Fault.syntax(line, "invalid syntax"); // '' has no character
    }
    if (text.charAt(at) != '\\') {
      int code = Bytes.characterAt(text, at);
      return new Unquoted(code, false, at + Bytes.width(text, at));
    }
    char kind = text.charAt(at + 1);
    return switch (kind) {
      case 'a' -> new Unquoted(7, false, at + 2);
      case 'b' -> new Unquoted('\b', false, at + 2);
      case 'f' -> new Unquoted('\f', false, at + 2);
      case 'n' -> new Unquoted('\n', false, at + 2);
      case 'r' -> new Unquoted('\r', false, at + 2);
      case 't' -> new Unquoted('\t', false, at + 2);
      case 'v' -> new Unquoted(11, false, at + 2);
      case '\\' -> new Unquoted('\\', false, at + 2);
      case 'x' -> new Unquoted(digits(line, text, at + 2, 2, 16), true, at + 4);
      case 'u' -> new Unquoted(scalar(line, digits(line, text, at + 2, 4, 16)), false, at + 6);
      case 'U' -> new Unquoted(scalar(line, digits(line, text, at + 2, 8, 16)), false, at + 10);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int code = digits(line, text, at + 1, 3, 8);
        if (code > 255) {
          throw Fault.syntax(line, "invalid syntax");
        }
        yield new Unquoted(code, true, at + 4);
      }
      default -> {
        if (kind != quote) {
          throw Fault.syntax(line, "invalid syntax");
        }
        yield new Unquoted(quote, false, at + 2);
      }
    };
  }

  private static int scalar(int line, int code) {
    if (!Character.isValidCodePoint(code)
        || (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE)) {
      throw Fault.syntax(line, "invalid syntax");
    }
    return code;
  }

  private static int digits(int line, String text, int at, int count, int radix) {
    if (at + count > text.length()) {
      throw Fault.syntax(line, "invalid syntax");
    }
    int value = 0;
    for (int i = at; i < at + count; i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0 || value < 0) {
        throw Fault.syntax(line, "invalid syntax");
      }
      value = value * radix + digit;
    }
    return value;
  }
}
