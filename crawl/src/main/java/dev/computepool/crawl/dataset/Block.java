package dev.computepool.crawl.dataset;

/// A part of a Markdown text that stands between blank lines.
///
/// @param level of a heading, from 1 to 6; 0 for all else
/// @param text without the line end that follows it
record Block(Kind kind, int level, String text) {
  enum Kind {
    HEADING,
    /// Running text, a quotation, or HTML.
    PARAGRAPH,
    /// A fenced or indented block of code.
    CODE,
    TABLE,
    LIST
  }

  /// The words of a heading, without its marks.
  String title() {
    return text.replaceFirst("^ {0,3}#{1,6}[ \t]*", "").replaceFirst("[ \t]+#+[ \t]*$", "").strip();
  }

  /// Whether it announces what follows it.
  boolean leadsIn() {
    return kind == Kind.PARAGRAPH && (text.endsWith(":") || text.endsWith("："));
  }
}
