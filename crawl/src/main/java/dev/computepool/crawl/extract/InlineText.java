package dev.computepool.crawl.extract;

/// One paragraph while it is being put together: white space collapses over the borders of
/// elements, and marks for emphasis and links hug the words they belong to.
final class InlineText {
  private final StringBuilder out = new StringBuilder();
  private boolean space;

  /// Adds text as it stands in the page.
  void text(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isSpace(c)) {
        space = true;
      } else if (c != '\u00ad' && c != '\u200b' && c != '\ufeff') {
        flushSpace();
        if (Escapes.needed(c, out, value, i)) {
          out.append('\\');
        }
        out.append(c);
      }
    }
  }

  /// Adds Markdown that is already right.
  void markdown(String value) {
    if (!value.isEmpty()) {
      flushSpace();
      out.append(value);
    }
  }

  void lineBreak() {
    stripEnd();
    space = false;
    int length = out.length();
    boolean twice = length > 1 && out.charAt(length - 1) == '\n' && out.charAt(length - 2) == '\n';
    if (length > 0 && !twice) {
      out.append('\n');
    }
  }

  /// Where a mark begins; the space before it stays outside.
  int open() {
    boolean pending = space;
    flushSpace();
    space = false;
    return pending || !out.isEmpty() ? out.length() : 0;
  }

  /// Puts a mark around what was written since `start`, unless that is nothing.
  void wrap(int start, String before, String after) {
    int end = out.length();
    while (end > start && isSpace(out.charAt(end - 1))) {
      end--;
    }
    int begin = start;
    while (begin < end && isSpace(out.charAt(begin))) {
      begin++;
    }
    if (begin < end && out.indexOf("\n\n", begin) < 0) {
      out.insert(end, after);
      out.insert(begin, before);
    }
  }

  /// What was written since `start`.
  String since(int start) {
    return start >= out.length() ? "" : out.substring(start);
  }

  void space() {
    space = true;
  }

  boolean isBlank() {
    for (int i = 0; i < out.length(); i++) {
      if (!isSpace(out.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// The paragraph, without blanks around it and around its line breaks; empties the buffer.
  String take() {
    String text = Escapes.lineStarts(out.toString().strip());
    out.setLength(0);
    space = false;
    return text;
  }

  private void flushSpace() {
    if (space && !out.isEmpty() && !isSpace(out.charAt(out.length() - 1))) {
      out.append(' ');
    }
    space = false;
  }

  private void stripEnd() {
    int length = out.length();
    while (length > 0 && out.charAt(length - 1) == ' ') {
      length--;
    }
    out.setLength(length);
  }

  private static boolean isSpace(char c) {
    return c <= ' ' || c == '\u00a0' || Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
