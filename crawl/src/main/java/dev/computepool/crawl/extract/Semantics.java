package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a page itself says its article is.
final class Semantics {
  /// Characters of sentences below which an element is not believed to be the article.
  private static final int ENOUGH = 250;

  /// How much more than any other of its kind the element must hold.
  private static final int AHEAD = 4;

  private Semantics() {}

  /// The body of the article in schema.org's microdata, or else the one `article` element; null if
  /// there is none or several that could be it.
  static @Nullable Box article(Page page) {
    List<Box> bodies = new ArrayList<>();
    List<Box> articles = new ArrayList<>();
    for (Box box : page.standing()) {
      if (box.attribute("itemprop").contains("articleBody")) {
        bodies.add(box);
      } else if (box.is("article") && (articles.isEmpty() || !box.isInside(articles.getLast()))) {
        articles.add(box);
      }
    }
    Box body = foremost(bodies);
    return body != null ? body : foremost(articles);
  }

  private static @Nullable Box foremost(List<Box> boxes) {
    Box best = null;
    for (Box box : boxes) {
      if (best == null || box.prose() > best.prose()) {
        best = box;
      }
    }
    if (best == null || best.prose() < ENOUGH) {
      return null;
    }
    for (Box box : boxes) {
      if (box != best && !box.isInside(best) && box.prose() * AHEAD > best.prose()) {
        return null;
      }
    }
    return best;
  }
}
