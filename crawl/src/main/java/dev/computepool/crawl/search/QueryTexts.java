package dev.computepool.crawl.search;

import dev.computepool.crawl.search.SearchService.Limits;
import java.util.ArrayList;
import java.util.List;

/// Query texts with `site:` for each domain, as many as the limits of a service make necessary.
final class QueryTexts {
  private QueryTexts() {}

  /// At least one text.
  ///
  /// @throws IllegalArgumentException if the words alone, or with one domain, are too long
  static List<String> of(SearchQuery query, Limits limits) {
    if (query.domains().isEmpty()) {
      return List.of(checked(query.words(), limits));
    }
    List<String> texts = new ArrayList<>();
    List<String> together = new ArrayList<>();
    for (String domain : query.domains()) {
      together.add(domain);
      if (together.size() > 1 && !fits(text(query.words(), together), limits)) {
        together.removeLast();
        texts.add(checked(text(query.words(), together), limits));
        together.clear();
        together.add(domain);
      }
    }
    texts.add(checked(text(query.words(), together), limits));
    return List.copyOf(texts);
  }

  private static String text(String words, List<String> domains) {
    List<String> sites = domains.stream().map(d -> "site:" + d).toList();
    return sites.size() == 1
        ? sites.getFirst() + " " + words
        : "(" + String.join(" OR ", sites) + ") " + words;
  }

  private static boolean fits(String text, Limits limits) {
    return text.length() <= limits.characters() && text.split(" ", -1).length <= limits.words();
  }

  static String checked(String text, Limits limits) {
    if (!fits(text, limits)) {
      throw new IllegalArgumentException(
          "a query may have %d characters and %d words here: '%s'"
              .formatted(limits.characters(), limits.words(), text));
    }
    return text;
  }
}
