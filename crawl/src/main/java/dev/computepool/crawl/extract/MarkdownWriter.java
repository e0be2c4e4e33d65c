package dev.computepool.crawl.extract;

/// Puts blocks of Markdown one below the other, inside lists and quotes.
///
/// What stands in front of a line, such as the indent of a list item or the mark of a quote, is
/// kept here, so that whoever writes a block need not know where it stands.
final class MarkdownWriter {
  private final StringBuilder out;
  private String prefix = "";
  private String firstPrefix = "";
  private boolean separate;
  private boolean tight;

  MarkdownWriter(int expected) {
    out = new StringBuilder(expected);
  }

  /// Writes one block; its lines are separated by `\n`.
  void block(String text) {
    if (!out.isEmpty()) {
      out.append('\n');
      if (separate) {
        out.append(prefix.stripTrailing()).append('\n');
      }
    }
    String before = firstPrefix;
    int start = 0;
    int end;
    do {
      end = text.indexOf('\n', start);
      String line = text.substring(start, end < 0 ? text.length() : end);
      out.append(line.isEmpty() ? before.stripTrailing() : before).append(line);
      if (end >= 0) {
        out.append('\n');
      }
      before = prefix;
      start = end + 1;
    } while (end >= 0);
    firstPrefix = prefix;
    separate = !tight;
  }

  /// Begins an item of a list or a quote, and returns what [#leave] needs to end it.
  ///
  /// @param mark in front of the first line, such as `- `
  /// @param indent in front of every other line
  Level enter(String mark, String indent) {
    Level level = new Level(prefix, firstPrefix, out.length());
    firstPrefix = firstPrefix + mark;
    prefix = prefix + indent;
    return level;
  }

  /// Ends it. An item that stayed empty leaves no trace, not even its mark.
  void leave(Level level) {
    firstPrefix = out.length() == level.length ? level.firstPrefix : level.prefix;
    prefix = level.prefix;
  }

  /// Sets whether blocks follow each other without a blank line, and returns what it was.
  boolean tighten(boolean tightly) {
    boolean before = tight;
    tight = tightly;
    separate = separate || !tightly;
    return before;
  }

  boolean isEmpty() {
    return out.isEmpty();
  }

  int length() {
    return out.length();
  }

  @Override
  public String toString() {
    return out.toString();
  }

  /// What stood in front of the lines before a level was entered.
  ///
  /// @param length of what had been written by then
  record Level(String prefix, String firstPrefix, int length) {}
}
