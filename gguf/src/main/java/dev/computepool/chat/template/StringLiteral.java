package dev.computepool.chat.template;

/// What a quoted string of a template stands for: Python's escapes.
final class StringLiteral {
  private StringLiteral() {}

  /// The text between the quotes with its escapes resolved; an unknown one stands for itself.
  static String unescape(String text, Position position) {
    int next = text.indexOf('\\');
    if (next < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (next >= 0) {
      out.append(text, at, next);
      at = escape(text, next, out, position);
      next = text.indexOf('\\', at);
    }
    return out.append(text, at, text.length()).toString();
  }

  /// Writes what the escape at an offset stands for, and returns the offset after it.
  private static int escape(String text, int at, StringBuilder out, Position position) {
    char kind = text.charAt(at + 1);
    int after = at + 2;
    switch (kind) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(kind);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> {
        return hex(text, after, 2, out, position);
      }
      case 'u' -> {
        return hex(text, after, 4, out, position);
      }
      case 'U' -> {
        return hex(text, after, 8, out, position);
      }
      case 'N' -> {
        return named(text, after, out, position);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int end = at + 1;
        while (end < text.length() && end < at + 4 && "01234567".indexOf(text.charAt(end)) >= 0) {
          end++;
        }
        out.appendCodePoint(Integer.parseInt(text, at + 1, end, 8));
        return end;
      }
      default -> out.append('\\').append(kind);
    }
    return after;
  }

  private static int hex(String text, int at, int digits, StringBuilder out, Position position) {
    int end = at;
    while (end < text.length()
        && end < at + digits
        && "0123456789abcdefABCDEF".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    long code = end < at + digits ? Long.MAX_VALUE : Long.parseLong(text, at, end, 16);
    if (code > Character.MAX_CODE_POINT) {
      throw Fault.syntax(position, "'\\" + text.substring(at - 1, end) + "' is no character");
    }
    out.appendCodePoint((int) code);
    return end;
  }

  private static int named(String text, int at, StringBuilder out, Position position) {
    int end = text.startsWith("{", at) ? text.indexOf('}', at) : -1;
    if (end < 0) {
      throw Fault.syntax(position, "'\\N' needs the name of a character in braces");
    }
    String name = text.substring(at + 1, end);
    try {
      out.appendCodePoint(Character.codePointOf(name));
    } catch (IllegalArgumentException _) {
      throw Fault.syntax(position, "'" + name + "' is the name of no character");
    }
    return end + 1;
  }
}
