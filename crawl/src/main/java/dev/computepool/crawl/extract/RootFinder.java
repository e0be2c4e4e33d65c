package dev.computepool.crawl.extract;

import org.jspecify.annotations.Nullable;

/// Finds the part of a page that holds its text.
final class RootFinder {
  /// A box that holds less of the text around it than this share is not all of the content.
  private static final double MOST = 0.9;

  /// Share of the text around a box that may not be lost with what is not a sentence.
  private static final double MUCH = 0.25;

  private RootFinder() {}

  /// The innermost box that still holds nearly all text of a page, and its title.
  static Box dominant(Page page) {
    Box box = page.body();
    Box title = title(page);
    while (true) {
      Box next = null;
      for (Box child : box.children()) {
        if (isContainer(child)
            && weight(child) >= weight(box) * MOST
            && (next == null || weight(child) > weight(next))) {
          next = child;
        }
      }
      if (next == null || (title != null && !title.isInside(next))) {
        return box;
      }
      box = next;
    }
  }

  /// The first heading of the highest level.
  private static @Nullable Box title(Page page) {
    for (Box box : page.standing()) {
      if (box.is("h1") || Names.isTitle(box)) {
        return box;
      }
    }
    return null;
  }

  /// The innermost box that still holds nearly all sentences below `top`.
  static Box innermost(Box top, double most) {
    Box box = top;
    while (true) {
      Box next = null;
      for (Box child : box.children()) {
        if (child.isBlock()
            && child.prose() > 0
            && child.prose() >= box.prose() * most
            && (isContainer(child) || isLayoutCell(child))
            && child.codes() == box.codes()
            && !losesMuch(box, child)) {
          next = child;
        }
      }
      if (next == null) {
        return box;
      }
      box = next;
    }
  }

  /// A box with the lists and tables beside it, where they are much and have no sentences.
  static Box withLists(Box box, Box within) {
    Box around = box.parent();
    while (around != null
        && around.isInside(within)
        && !around.is("body")
        && around.prose() == box.prose()
        && around.linked() == box.linked()) {
      if (losesMuch(around, box)) {
        return around;
      }
      around = around.parent();
    }
    return box;
  }

  /// Whether what stands beside a box, lists and tables above all, is much though no sentences.
  private static boolean losesMuch(Box around, Box box) {
    int all = around.chars() - around.linked() - around.prose();
    int kept = box.chars() - box.linked() - box.prose();
    return all - kept > (around.chars() - around.linked()) * MUCH;
  }

  /// Whether going into a box loses nothing of how its contents are written: an item taken out of
  /// its list, or a cell out of its table, is neither any more.
  private static boolean isContainer(Box box) {
    return switch (box.tag()) {
      case "div", "article", "section", "main", "form", "center", "span" -> box.isBlock();
      default -> false;
    };
  }

  /// Part of a table that holds nearly all sentences of an article: it only arranges the page.
  private static boolean isLayoutCell(Box box) {
    return switch (box.tag()) {
      case "td", "tr", "tbody", "table" -> true;
      default -> false;
    };
  }

  private static int weight(Box box) {
    return box.chars() - box.linked() / 2;
  }
}
