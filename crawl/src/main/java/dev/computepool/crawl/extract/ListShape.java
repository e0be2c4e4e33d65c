package dev.computepool.crawl.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a list is to be written.
final class ListShape {
  private ListShape() {}

  /// Whether its items are no items but boxes of a layout, such as cards with headings.
  static boolean isLayout(List<Box> items) {
    for (Box item : items) {
      if (holds(item, "h1", "h2", "h3", "h4")) {
        return true;
      }
    }
    return false;
  }

  /// Whether its items follow each other without a blank line.
  static boolean isTight(List<Box> items) {
    for (Box item : items) {
      int blocks = 0;
      for (Box child : item.children()) {
        if (child.codes() > 0 || child.is("blockquote") || child.is("table")) {
          return false;
        }
        blocks += child.isBlock() && !child.is("ul") && !child.is("ol") ? 1 : 0;
      }
      if (blocks > 1) {
        return false;
      }
    }
    return true;
  }

  /// The number of its first item; 1 unless the page says otherwise.
  static int firstNumber(Box list) {
    String start = list.attribute("start");
    boolean isNumber =
        !start.isEmpty() && start.length() < 9 && start.chars().allMatch(Character::isDigit);
    return isNumber ? Integer.parseInt(start) : 1;
  }

  /// The box to tick at the beginning of an item, crossed if that is done; empty if there is none.
  static String task(Box item) {
    Box first = item;
    for (int depth = 0; depth < 3; depth++) {
      first = firstBox(first);
      if (first == null) {
        return "";
      }
      if (first.is("input") && first.attribute("type").equalsIgnoreCase("checkbox")) {
        return first.element().hasAttr("checked") ? "[x] " : "[ ] ";
      }
    }
    return "";
  }

  private static @Nullable Box firstBox(Box box) {
    for (Piece piece : box.pieces()) {
      switch (piece) {
        case Text(String value) -> {
          if (!value.isBlank()) {
            return null;
          }
        }
        case Box child -> {
          return child;
        }
      }
    }
    return null;
  }

  private static boolean holds(Box item, String... tags) {
    for (Box child : item.children()) {
      for (String tag : tags) {
        if (child.is(tag)) {
          return true;
        }
      }
      if (child.is("div")
          || child.is("article")
          || child.is("section")
          || child.is("header")
          || child.is("a")) {
        if (holds(child, tags)) {
          return true;
        }
      }
    }
    return false;
  }
}
