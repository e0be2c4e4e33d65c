package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the box that holds an article, the way Readability made popular: every paragraph votes
/// for the boxes around it, the nearer ones more, and links take votes away.
///
/// @see <a href="https://github.com/mozilla/readability">Readability</a>
final class ArticleFinder {
  /// Boxes around a paragraph that it votes for.
  private static final int LEVELS = 5;

  /// Characters of a paragraph that are worth as much as a comma.
  private static final int CHARS_A_POINT = 100;

  private static final int MOST_POINTS_FOR_LENGTH = 3;

  /// What a name that says "content" is worth, in paragraphs of medium length.
  private static final int NAME = 25;

  /// How much more boxes of the same name hold if they hold parts of the same article.
  private static final double KIN = 1.3;

  private static final long GOOD = Cue.mask(Cue.CONTENT, Cue.POST);

  private static final long BAD =
      Cue.mask(
          Cue.NAVIGATION,
          Cue.SIDE,
          Cue.FOOTER,
          Cue.COMMENT,
          Cue.RELATED,
          Cue.SIGNUP,
          Cue.ADVERT,
          Cue.SHARE,
          Cue.OVERLAY,
          Cue.WIDGET);

  private final Page page;
  private final double[] votes;
  private final Box within;

  private ArticleFinder(Page page, Box within) {
    this.page = page;
    this.within = within;
    this.votes = new double[page.boxes().size()];
  }

  /// The box with most votes, or the body if nothing on the page reads like a sentence.
  static Box find(Page page) {
    Box stated = Semantics.article(page);
    ArticleFinder finder = new ArticleFinder(page, stated == null ? page.body() : stated);
    if (stated != null && !stated.is("article")) {
      return stated;
    }
    finder.vote();
    Box elected = finder.elect();
    Box kin = finder.withKin(elected);
    return kin != elected ? kin : RootFinder.withLists(finder.ascend(elected), finder.within);
  }

  /// The box around all parts of an article that a template has cut into boxes of one name.
  private Box withKin(Box elected) {
    String name = elected.element().className();
    if (name.isEmpty()) {
      return elected;
    }
    int prose = 0;
    Box first = null;
    Box last = null;
    for (Box box : page.below(within)) {
      if (box.is(elected.tag())
          && box.element().className().equals(name)
          && box.prose() > 0
          && (last == null || !box.isInside(last))) {
        first = first == null ? box : first;
        last = box;
        prose += box.prose();
      }
    }
    if (first == null || last == null || prose < elected.prose() * KIN) {
      return elected;
    }
    Box around = first;
    while (around.parent() != null && around.parent().isInside(within) && !last.isInside(around)) {
      around = around.parent();
    }
    return around.is("body") || around.prose() > prose * KIN ? elected : around;
  }

  private void vote() {
    for (Box box : page.below(within)) {
      if (box.prose() == box.chars() && box.prose() > 0 && isParagraph(box)) {
        double points =
            1 + box.commas() + Math.min(box.chars() / CHARS_A_POINT, MOST_POINTS_FOR_LENGTH);
        Box around = box.parent();
        for (int level = 0; level < LEVELS && around != null && around.isInside(within); level++) {
          if (votes[around.order()] == 0) {
            votes[around.order()] = start(around);
          }
          votes[around.order()] += points / (level == 0 ? 1 : level == 1 ? 2 : level * 3);
          around = around.parent();
        }
      }
    }
  }

  private static boolean isParagraph(Box box) {
    Box parent = box.parent();
    return parent != null && (parent.prose() != parent.chars() || !isLeafLike(parent));
  }

  private static boolean isLeafLike(Box box) {
    return box.is("p") || box.is("li") || box.is("blockquote");
  }

  private static double start(Box box) {
    double start =
        switch (box.tag()) {
          case "div", "article", "main", "section" -> 5;
          case "pre", "td", "blockquote" -> 3;
          case "ol", "ul", "dl", "dd", "dt", "li", "form", "address" -> -3;
          default -> 0;
        };
    if (box.hasAny(GOOD)) {
      start += NAME;
    }
    if (box.hasAny(BAD)) {
      start -= NAME;
    }
    return start;
  }

  private double score(Box box) {
    return votes[box.order()] * (1 - box.linkDensity());
  }

  private Box elect() {
    Box best = null;
    for (Box box : page.below(within)) {
      if (votes[box.order()] != 0 && (best == null || score(box) > score(best))) {
        best = box;
      }
    }
    return best == null ? within : best;
  }

  /// Goes up while what is around has more of the article than what is in.
  private Box ascend(Box elected) {
    Box box = elected;
    List<Box> strong = new ArrayList<>();
    double enough = score(elected) * 0.75;
    for (Box other : page.below(within)) {
      if (other != elected && votes[other.order()] != 0 && score(other) >= enough) {
        strong.add(other);
      }
    }
    if (strong.size() >= 3) {
      Box common = commonAncestor(elected, strong);
      if (common != null) {
        box = common;
      }
    }
    double last = score(box);
    double least = last / 3;
    for (Box up = box.parent();
        up != null && !up.is("body") && up.isInside(within);
        up = up.parent()) {
      double now = score(up);
      if (votes[up.order()] == 0) {
        continue;
      }
      if (now < least) {
        break;
      }
      if (now > last) {
        box = up;
        break;
      }
      last = now;
    }
    while (box.parent() != null
        && !box.parent().is("body")
        && box.parent().isInside(within)
        && box.parent().children().size() == 1) {
      box = box.parent();
    }
    return box;
  }

  private @Nullable Box commonAncestor(Box elected, List<Box> strong) {
    for (Box up = elected.parent();
        up != null && !up.is("body") && up.isInside(within);
        up = up.parent()) {
      int inside = 0;
      for (Box other : strong) {
        inside += other.isInside(up) ? 1 : 0;
      }
      if (inside >= 3) {
        return up;
      }
    }
    return null;
  }
}
