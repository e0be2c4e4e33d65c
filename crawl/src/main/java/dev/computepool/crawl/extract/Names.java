package dev.computepool.crawl.extract;

import java.util.Locale;

/// Names of classes that mean one thing in every template.
final class Names {
  private Names() {}

  /// A line of a listing.
  static boolean isLine(Box box) {
    String name = box.element().className();
    return name.equals("line")
        || box.element().hasClass("line")
        || box.element().hasClass("token-line")
        || box.element().hasClass("code-line")
        || box.element().hasClass("view-line");
  }

  /// The title of a page that Doxygen made.
  static boolean isTitle(Box box) {
    Box parent = box.parent();
    return box.is("div")
        && parent != null
        && box.element().hasClass("title")
        && parent.element().hasClass("headertitle");
  }

  /// Only for those who cannot see the page.
  static boolean isForScreenReaders(Box box) {
    String name = box.element().className();
    if (name.isEmpty()) {
      return false;
    }
    return (name.contains("sr-only") && !name.contains("not-sr-only"))
        || name.contains("visually-hidden")
        || name.contains("visuallyhidden")
        || name.contains("screen-reader")
        || name.contains("visuallyHidden")
        || name.contains("srOnly");
  }

  /// A link from a heading to itself.
  static boolean isPermalink(Box box) {
    if (!box.is("a") && !box.is("button")) {
      return false;
    }
    String name = (box.element().className() + ' ' + box.element().id()).toLowerCase(Locale.ROOT);
    return name.contains("headerlink")
        || name.contains("anchor")
        || name.contains("permalink")
        || name.contains("hash-link")
        || name.contains("headinglink")
        || name.contains("heading-link");
  }
}
