package dev.computepool.crawl.extract;

import java.util.Locale;
import java.util.regex.Pattern;

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
        || box.element().hasClass("view-line")
        || box.element().hasClass("cm-line")
        || box.element().hasClass("crayon-line");
  }

  private static final Pattern GUTTER =
      Pattern.compile(
          "(?i)(?:^|[\\s_-])(?:lnt?|crayon-nums?|line-?(?:no|num|numbers?)|linenos?)(?=$|[\\s_-])");

  /// The number of a line, beside it or before it; whoever asks looks whether it is a number.
  static boolean isLineNumber(Box box) {
    String name = box.element().className();
    return (!name.isEmpty() && GUTTER.matcher(name).find())
        || box.attribute("style").contains("user-select:none");
  }

  /// A box that shows code.
  static boolean isCode(Box box) {
    for (String name : box.element().classNames()) {
      switch (name) {
        case "code",
            "w3-code",
            "codeblock",
            "code-block",
            "sourcecode",
            "source-code",
            "phpcode",
            "program",
            "listing" -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  /// The title of a page that Doxygen made.
  static boolean isTitle(Box box) {
    Box parent = box.parent();
    return box.is("div")
        && parent != null
        && box.element().hasClass("title")
        && parent.element().hasClass("headertitle");
  }

  /// The title that docutils gives a topic, a sidebar or a hint.
  static boolean isTitleOfBox(Box box) {
    return box.element().hasClass("topic-title")
        || box.element().hasClass("sidebar-title")
        || box.element().hasClass("admonition-title");
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

  /// Links to the pages before and after this one.
  static boolean isPaging(Box box) {
    String rel = box.is("a") ? box.attribute("rel") : "";
    if (rel.equals("prev") || rel.equals("next")) {
      return true;
    }
    String name = box.element().className();
    return name.contains("prev-next")
        || name.contains("prevnext")
        || name.contains("next-prev")
        || name.contains("nextprev");
  }

  /// What a page leaves out on paper works it.
  static boolean isNotPrinted(Box box) {
    String name = box.element().className();
    return !name.isEmpty()
        && (name.contains("noprint")
            || name.contains("no-print")
            || name.contains("d-print-none")
            || name.contains("hidden-print")
            || name.contains("print-hidden")
            || name.contains("print:hidden"));
  }

  /// Where a wiki's readers edit a section, or Sphinx shows the source of a function.
  static boolean isEditLink(Box box) {
    String name = box.element().className();
    return name.contains("editsection")
        || name.contains("viewcode-link")
        || name.contains("viewcode-back");
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
