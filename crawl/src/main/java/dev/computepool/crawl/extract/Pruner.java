package dev.computepool.crawl.extract;

import org.jspecify.annotations.Nullable;

/// Takes out of a page what belongs to its site rather than to its text: comments under an
/// article, related pages, boxes about the author, dates, captions.
///
/// What may go depends on the kind of page, and on how much of the page's sentences a box holds:
/// a template that calls its main text "related" shall not lose it.
final class Pruner {
  /// A box with more of the sentences than this share is not beside the text but the text.
  private static final double MOST = 0.4;

  /// Characters of sentences that a box about something else rarely exceeds.
  private static final int BRIEF = 700;

  /// Characters of a line such as "By A. Writer, 3 May".
  private static final int LINE = 160;

  /// Characters of a caption that only names or credits its picture; longer ones tell something.
  private static final int LABELLING = 60;

  /// Characters of sentences after which comments may follow.
  private static final int ENOUGH = 250;

  /// Characters after which they may follow an article whose lines are too short to be sentences.
  private static final int ENOUGH_LINES = 1000;

  private static final double MOSTLY_LINKS = 0.7;

  private static final double SOME_LINKS = 0.3;

  private final Page page;
  private final PageKind kind;

  private Pruner(Page page, PageKind kind) {
    this.page = page;
    this.kind = kind;
  }

  static void prune(Page page, Box root, PageKind kind) {
    Pruner pruner = new Pruner(page, kind);
    int prose = root.prose();
    for (Box box : page.below(root)) {
      if (box != root && !insidePre(box)) {
        String reason = pruner.reason(box, prose);
        if (reason != null) {
          box.drop(reason);
        }
      }
    }
  }

  /// Takes out comments and other pages before the text is looked for, lest they win.
  static void clear(Page page, PageKind kind, @Nullable Box title) {
    if (kind == PageKind.DOCUMENTATION || kind == PageKind.DISCUSSION) {
      return;
    }
    int prose = page.body().prose();
    int read = 0;
    int told = 0;
    for (Box box : page.standing()) {
      boolean minor = box.prose() <= prose * MOST || read > ENOUGH || told > ENOUGH_LINES;
      boolean above = title != null && title.isInside(box);
      if (minor && !above && !box.is("body") && !box.is("html") && !box.is("p")) {
        if (box.has(Cue.COMMENT) && box.codes() == 0) {
          box.drop("comments");
        } else if (box.has(Cue.SIDE) && !box.has(Cue.CONTENT) && box.prose() <= prose * MOST) {
          box.drop("beside the text");
        }
      }
      if (box.dropped() == null && box.prose() > 0 && box.prose() == box.chars()) {
        read += box.prose();
      }
      if (kind == PageKind.ARTICLE
          && (title == null || box.order() > title.order())
          && isLine(box)) {
        told += box.chars() - box.linked();
      }
    }
    if (title != null && kind != PageKind.OTHER) {
      dropBefore(page, title, prose);
    }
  }

  /// What stands before the title of an article or a product belongs to the site.
  private static void dropBefore(Page page, Box title, int prose) {
    int before = 0;
    for (Box box : page.standing()) {
      if (box.order() >= title.order()) {
        break;
      }
      if (!title.isInside(box)) {
        if (before + box.prose() < prose * MOST) {
          before += box.prose();
          box.drop("before the title");
        }
      }
    }
  }

  private static boolean isLine(Box box) {
    return box.dropped() == null
        && Tags.isBlock(box.tag())
        && box.children().stream().noneMatch(Box::isBlock);
  }

  private static boolean insidePre(Box box) {
    return box.is("pre")
        || (box.parent() != null && (box.parent().is("pre") || box.parent().is("code")));
  }

  private @Nullable String reason(Box box, int prose) {
    boolean minor = box.prose() <= prose * MOST;
    if (!minor || box.is("body") || (Tags.headingLevel(box.tag()) > 0 && box.has(Cue.CONTENT))) {
      return null;
    }
    if (kind == PageKind.DOCUMENTATION) {
      return null;
    }
    boolean content = box.has(Cue.CONTENT);
    boolean code = box.codes() > 0;
    if (box.has(Cue.COMMENT) && kind != PageKind.DISCUSSION && !code && !box.is("p")) {
      return "comments";
    }
    if (box.has(Cue.SIDE) && !content && !code) {
      return "beside the text";
    }
    if (box.has(Cue.RELATED)
        && !content
        && box.prose() < BRIEF
        && (box.linkDensity() > SOME_LINKS || box.prose() == 0)) {
      return "related pages";
    }
    if (box.has(Cue.SIGNATURE)) {
      return "signature";
    }
    if (kind == PageKind.ARTICLE) {
      return articleReason(box, content);
    }
    if (box.has(Cue.META)
        && !content
        && box.chars() < LINE
        && box.prose() == 0
        && kind == PageKind.DISCUSSION) {
      return "date or place";
    }
    return null;
  }

  /// Whether what it names is no picture but a quotation, a table or code.
  private boolean isUnderText(Box box) {
    Box figure = box.parent();
    if (figure == null || !figure.is("figure")) {
      return false;
    }
    for (Box below : page.below(figure)) {
      if (below.is("blockquote") || below.is("table") || below.is("pre")) {
        return true;
      }
    }
    return false;
  }

  /// Whether links lead to other pages by their headlines: not a table, not this page's contents.
  private boolean isTeasers(Box box) {
    if (Tags.headingLevel(box.tag()) > 0
        || box.is("p")
        || box.is("li")
        || box.is("td")
        || box.is("tr")
        || box.is("tbody")) {
      return false;
    }
    int links = 0;
    int own = 0;
    for (Box below : page.below(box)) {
      if (below.is("table")) {
        return false;
      }
      if (below.is("a") && below.chars() > 0) {
        links++;
        own += below.attribute("href").startsWith("#") ? 1 : 0;
      }
    }
    return own * 2 < links;
  }

  private @Nullable String articleReason(Box box, boolean content) {
    if (box.has(Cue.AUTHOR) && !content && box.prose() < BRIEF) {
      return "author";
    }
    if (box.has(Cue.META) && !content && box.chars() < LINE && box.prose() == 0) {
      return "date or place";
    }
    if (box.is("time")) {
      return "date";
    }
    if (box.is("h1")) {
      return "title";
    }
    if ((box.is("figcaption") || box.has(Cue.CAPTION))
        && box.chars() < LABELLING
        && !isUnderText(box)) {
      return "caption";
    }
    if (box.has(Cue.TOOLS) && box.prose() == 0 && box.chars() < LINE) {
      return "tools";
    }
    if (box.isBlock() && box.prose() == 0 && box.linkDensity() > MOSTLY_LINKS && isTeasers(box)) {
      return "links";
    }
    return null;
  }
}
