package dev.computepool.crawl.extract;

/// Tells sentences from labels.
final class Paragraphs {
  /// Characters of a short sentence: shorter paragraphs are as often a label as a sentence.
  static final int SENTENCE = 80;

  private Paragraphs() {}

  /// Whether a box reads like a paragraph: long enough, its text its own and not links.
  static boolean isProse(Box box) {
    int own = box.chars() - box.prose();
    return own >= SENTENCE
        && box.prose() == 0
        && !box.is("a")
        && box.linked() * 2 < box.chars()
        && isTextBlock(box);
  }

  private static boolean isTextBlock(Box box) {
    return switch (box.tag()) {
      case "p", "blockquote", "li", "dd", "td", "div", "section", "article", "pre" -> true;
      default -> false;
    };
  }
}
