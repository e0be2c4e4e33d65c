package dev.computepool.crawl.extract;

import java.util.Set;

/// Decides what kind of page it is: first from what it says itself, then from its structure.
final class KindFinder {
  /// Blocks of code from which on a page documents something.
  private static final int CODES = 3;

  /// Share of the page's sentences that posts hold in a discussion.
  private static final double DISCUSSED = 0.5;

  /// Characters of sentences that may stand beside posts on a page that is nothing but posts.
  private static final int ALONE = 500;

  /// Boxes around a post that may say what it is.
  private static final int AROUND = 4;

  /// Boxes named after forums from which on it is one.
  private static final int FORUM_NAMES = 4;

  private static final Set<String> FORUM_WORDS =
      Set.of(
          "forum",
          "forums",
          "thread",
          "threads",
          "topic",
          "topics",
          "viewtopic",
          "showthread",
          "discussion",
          "discussions",
          "board",
          "boards",
          "questions",
          "talk",
          "viewthread",
          "showtopic",
          "t");

  private KindFinder() {}

  static PageKind of(Page page, Signals signals, Discussion discussion) {
    boolean posts = discussion.prose() > page.body().prose() * DISCUSSED;
    if (signals.saysDocumentation()) {
      return PageKind.DOCUMENTATION;
    }
    int besides = page.body().prose() - discussion.prose();
    boolean alone =
        discussion.posts().size() > 2
            && isCalledPosts(discussion.posts().getFirst())
            && besides < ALONE
            && discussion.prose() > besides * 4;
    if (alone
        || (posts && !signals.saysNews() && (signals.saysDiscussion() || isForum(page, signals)))) {
      return PageKind.DISCUSSION;
    }
    if (page.body().codes() >= CODES) {
      return PageKind.DOCUMENTATION;
    }
    if (signals.saysProduct() && !signals.saysArticle()) {
      return PageKind.PRODUCT;
    }
    return signals.saysArticle() ? PageKind.ARTICLE : PageKind.OTHER;
  }

  /// Whether a box, or one close around it, is called a post or a comment.
  private static boolean isCalledPosts(Box post) {
    Box box = post;
    for (int i = 0; i < AROUND && box != null; i++) {
      if (box.has(Cue.COMMENT) || box.has(Cue.POST)) {
        return true;
      }
      box = box.parent();
    }
    return false;
  }

  private static boolean isForum(Page page, Signals signals) {
    int named = 0;
    for (Box box : page.standing()) {
      named += box.has(Cue.FORUM) ? 1 : 0;
    }
    if (named >= FORUM_NAMES) {
      return true;
    }
    for (String word : signals.path().split("[^a-z]+", -1)) {
      if (FORUM_WORDS.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
