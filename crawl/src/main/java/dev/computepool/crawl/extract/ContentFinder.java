package dev.computepool.crawl.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the content of a page: tells its kind, and looks for the text as that kind demands.
final class ContentFinder {
  /// Share of the sentences that the best box must hold for the page to be an article, where the
  /// page does not say what it is.
  private static final double ARTICLE_BY_STRUCTURE = 0.7;

  /// The same where the page says that it is one: even many teasers do not change that.
  private static final double ARTICLE_BY_NAME = 0.4;

  /// The same for documentation, where the container of the generator is the better choice.
  private static final double DOCUMENTATION = 0.95;

  /// Share of an article's sentences that a box inside it must hold to be taken instead.
  private static final double THE_BULK = 0.8;

  private ContentFinder() {}

  static Content find(Page page) {
    Chrome.drop(page);
    Prompts.drop(page);
    Signals signals = Signals.of(page);
    Discussion discussion = Discussion.in(page);
    PageKind kind = KindFinder.of(page, signals, discussion);
    Box title = Titles.heading(page);
    if (kind == PageKind.DISCUSSION) {
      return pruned(page, new Content(kind, title, discussion.withOpening(page, title)));
    }
    Pruner.clear(page, kind, title);
    Box all = RootFinder.dominant(page);
    if (kind == PageKind.PRODUCT) {
      return pruned(page, new Content(kind, title, List.of(all)));
    }
    Box article = ArticleFinder.find(page);
    if (!isArticle(page, kind, title, article, all)) {
      return pruned(page, new Content(kind, title, List.of(all)));
    }
    if (kind == PageKind.DOCUMENTATION) {
      return pruned(page, new Content(kind, title, List.of(article)));
    }
    Box root = RootFinder.innermost(article, THE_BULK);
    return pruned(page, new Content(PageKind.ARTICLE, title, List.of(root)));
  }

  private static boolean isArticle(
      Page page, PageKind kind, @Nullable Box title, Box article, Box all) {
    double share =
        switch (kind) {
          case ARTICLE -> ARTICLE_BY_NAME;
          case DOCUMENTATION -> DOCUMENTATION;
          case OTHER, PRODUCT, DISCUSSION -> ARTICLE_BY_STRUCTURE;
        };
    if (kind == PageKind.OTHER && article.codes() < all.codes()) {
      return false;
    }
    if (article.prose() > all.prose() * share) {
      return true;
    }
    Box stated = Semantics.article(page);
    return stated != null
        && (kind == PageKind.ARTICLE
            || (kind == PageKind.OTHER && title != null && title.order() < stated.end()));
  }

  private static Content pruned(Page page, Content content) {
    for (Box root : content.roots()) {
      Pruner.prune(page, root, content.kind());
      if (content.kind() != PageKind.DOCUMENTATION) {
        Afterwords.drop(page, root);
      }
      Labels.drop(page, root);
    }
    return content;
  }
}
