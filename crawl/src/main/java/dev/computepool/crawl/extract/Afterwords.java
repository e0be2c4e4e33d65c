package dev.computepool.crawl.extract;

/// Takes out sections by their headings: "Related articles", "Leave a comment".
final class Afterwords {
  /// Share of the sentences that such a section cannot have.
  private static final double MOST = 0.4;

  /// Characters of the longest line that sends readers elsewhere.
  private static final int POINTER = 250;

  private Afterwords() {}

  static void drop(Page page, Box root) {
    int prose = root.prose();
    for (Box box : page.below(root)) {
      if (box != root && isHeadingLike(box) && Phrases.isAfterword(box.line())) {
        dropSection(box, root, (int) (prose * MOST));
      } else if (isPointer(box)) {
        box.drop("pointer to another page");
      }
    }
  }

  /// A line such as "Read also: Another headline".
  private static boolean isPointer(Box box) {
    return box.chars() > 0
        && box.chars() <= POINTER
        && (box.is("p") || box.is("div") || box.is("li"))
        && box.linked() * 2 > box.chars()
        && Phrases.isPointer(box.line());
  }

  private static boolean isHeadingLike(Box box) {
    if (box.chars() == 0 || box.chars() > 60) {
      return false;
    }
    if (Tags.headingLevel(box.tag()) > 0 || box.attribute("role").equals("heading")) {
      return true;
    }
    return switch (box.tag()) {
      case "p", "div", "span", "strong", "b", "legend", "header", "dt", "summary" ->
          !hasSiblingText(box);
      default -> false;
    };
  }

  /// Whether it shares its line with other text.
  private static boolean hasSiblingText(Box box) {
    Box parent = box.parent();
    if (parent == null) {
      return true;
    }
    if (Tags.isBlock(box.tag())) {
      return false;
    }
    return parent.chars() > box.chars() + 2 && !onlyBlocksBeside(parent, box);
  }

  private static boolean onlyBlocksBeside(Box parent, Box box) {
    for (Piece piece : parent.pieces()) {
      switch (piece) {
        case Text(String value) -> {
          if (!value.isBlank()) {
            return false;
          }
        }
        case Box child -> {
          if (child != box && child.dropped() == null && child.chars() > 0 && !child.isBlock()) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static void dropSection(Box heading, Box root, int most) {
    Box section = heading;
    Box parent = section.parent();
    while (parent != null
        && parent != root
        && isFirst(section, parent)
        && parent.prose() <= most
        && parent.chars() - parent.linked() <= (root.chars() - root.linked()) / 2
        && !parent.is("body")) {
      section = parent;
      parent = section.parent();
    }
    String reason = "section \"" + heading.line() + '"';
    boolean whole = section.chars() > heading.chars();
    int level = Tags.headingLevel(heading.tag());
    section.drop(reason);
    if (!whole && parent != null && level > 0) {
      boolean after = false;
      for (Piece piece : parent.pieces()) {
        if (piece instanceof Box sibling) {
          if (after) {
            int next = Tags.headingLevel(sibling.tag());
            if ((next > 0 && next <= level) || sibling.prose() > most) {
              break;
            }
            if (sibling.dropped() == null && sibling.chars() > 0) {
              if (sibling.prose() > 0
                  && sibling.linked() * 2 < sibling.chars()
                  && sibling.is("p")) {
                break;
              }
              sibling.drop(reason);
            }
          }
          after = after || sibling == section;
        }
      }
    }
  }

  /// Whether nothing is written in `parent` before `box`.
  private static boolean isFirst(Box box, Box parent) {
    for (Piece piece : parent.pieces()) {
      switch (piece) {
        case Text(String value) -> {
          if (!value.isBlank()) {
            return false;
          }
        }
        case Box child -> {
          if (child == box) {
            return true;
          }
          if (child.dropped() == null && child.chars() > 0) {
            return false;
          }
        }
      }
    }
    return false;
  }
}
