package dev.computepool.crawl.extract;

/// Characters that Markdown would take for marks.
final class Escapes {
  private Escapes() {}

  /// Whether a character of ordinary text would begin a mark where it stands.
  ///
  /// @param before the paragraph so far
  /// @param value the text that the character is in, at `at`
  static boolean needed(char c, CharSequence before, String value, int at) {
    return switch (c) {
      case '\\', '`' -> true;
      case '*' -> !isBlankAt(value, at - 1) || !isBlankAt(value, at + 1);
      case '_' -> !isWordAt(value, at - 1) || !isWordAt(value, at + 1);
      case '<' ->
          at + 1 < value.length()
              && (Character.isLetter(value.charAt(at + 1))
                  || value.charAt(at + 1) == '/'
                  || value.charAt(at + 1) == '!');
      default -> false;
    };
  }

  /// Escapes what would turn a line into a heading, an item, a quote or a rule.
  static String lineStarts(String text) {
    StringBuilder out = null;
    int start = 0;
    while (start <= text.length()) {
      int end = text.indexOf('\n', start);
      int stop = end < 0 ? text.length() : end;
      int at = markAt(text, start, stop);
      if (at >= 0 && out == null) {
        out = new StringBuilder(text.length() + 8).append(text, 0, start);
      }
      if (out != null) {
        if (at >= 0) {
          out.append(text, start, at).append('\\').append(text, at, stop);
        } else {
          out.append(text, start, stop);
        }
        if (end >= 0) {
          out.append('\n');
        }
      }
      if (end < 0) {
        break;
      }
      start = end + 1;
    }
    return out == null ? text : out.toString();
  }

  /// Where a backslash belongs in a line, or -1.
  private static int markAt(String text, int start, int end) {
    if (start >= end) {
      return -1;
    }
    char c = text.charAt(start);
    char next = start + 1 < end ? text.charAt(start + 1) : ' ';
    return switch (c) {
      case '#' -> {
        int i = start;
        while (i < end && text.charAt(i) == '#') {
          i++;
        }
        yield i == end || text.charAt(i) == ' ' ? start : -1;
      }
      case '*' -> next == ' ' ? start : -1;
      case '-', '+' -> next == ' ' || next == '-' ? start : -1;
      case '>', '|' -> start;
      case '=', '~' -> next == c ? start : -1;
      case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
        int i = start;
        while (i < end && i - start < 9 && Character.isDigit(text.charAt(i))) {
          i++;
        }
        boolean marks = i < end && (text.charAt(i) == '.' || text.charAt(i) == ')');
        yield marks && (i + 1 == end || text.charAt(i + 1) == ' ') ? i : -1;
      }
      default -> -1;
    };
  }

  private static boolean isBlankAt(String value, int at) {
    return at < 0 || at >= value.length() || value.charAt(at) <= ' ';
  }

  private static boolean isWordAt(String value, int at) {
    return at >= 0 && at < value.length() && Character.isLetterOrDigit(value.charAt(at));
  }
}
