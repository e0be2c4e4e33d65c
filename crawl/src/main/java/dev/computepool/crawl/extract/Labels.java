package dev.computepool.crawl.extract;

/// Takes out lines that are buttons or signs, whatever element they are in.
final class Labels {
  private static final int LONGEST = 45;

  /// Characters of the longest line that says who owns a site.
  private static final int IMPRINT = 160;

  private Labels() {}

  static void drop(Page page, Box root) {
    for (Box box : page.below(root)) {
      if (box != root
          && box.chars() > 0
          && box.chars() <= LONGEST
          && isLine(box)
          && Phrases.isLabel(box.line())) {
        box.drop("label");
      } else if (box.chars() > 0
          && box.chars() <= IMPRINT
          && Tags.isBlock(box.tag())
          && Phrases.isImprint(box.line())) {
        box.drop("imprint");
      }
    }
  }

  /// Whether it is a line of its own, or all there is in one.
  private static boolean isLine(Box box) {
    if (Tags.headingLevel(box.tag()) > 0 || box.is("code") || box.is("td") || box.is("th")) {
      return false;
    }
    Box parent = box.parent();
    return Tags.isBlock(box.tag())
        || (box.is("a") && parent != null && parent.isBlock() && parent.prose() == 0);
  }
}
