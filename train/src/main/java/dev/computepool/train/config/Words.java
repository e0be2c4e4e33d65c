package dev.computepool.train.config;

import java.util.regex.Pattern;

/// Values as messages and files show them.
final class Words {
  private static final int SHOWN = 60;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z./_~][A-Za-z0-9/._~+ -]*");
  private static final Pattern WORD_OF_YAML =
      Pattern.compile("(?i:true|false|yes|no|on|off|y|n|null|~)");

  private Words() {}

  /// A value in a message.
  static String quoted(String text) {
    return "'" + shortened(text) + "'";
  }

  static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "…";
  }

  /// Text as YAML, of which every reader makes the same text.
  static String yaml(String text) {
    if (PLAIN.matcher(text).matches()
        && !WORD_OF_YAML.matcher(text).matches()
        && !text.endsWith(" ")
        && !text.matches("[.].*[0-9].*|[.].*(?i:inf|nan)")) {
      return text;
    }
    if (text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || (c > 0xa0 && c < 0xd800))) {
      return "'" + text.replace("'", "''") + "'";
    }
    StringBuilder escaped = new StringBuilder("\"");
    text.codePoints().forEach(c -> escape(c, escaped));
    return escaped.append('"').toString();
  }

  private static void escape(int c, StringBuilder out) {
    if (c == '"' || c == '\\') {
      out.append('\\').appendCodePoint(c);
    } else if (c >= ' ' && c < 0x7f) {
      out.append((char) c);
    } else {
      out.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
    }
  }

  /// A number as YAML 1.1 and 1.2 both read it: with a point, and a sign in its exponent.
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    String text = Double.toString(value).replace('E', 'e');
    return text.contains("e") && !text.contains("e-") ? text.replace("e", "e+") : text;
  }
}
