package dev.computepool.crawl.dataset;

import dev.computepool.similarity.SeenTexts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The texts that were seen, and where.
final class SeenPlaces {
  private final SeenTexts texts;
  private final List<Origin> origins = new ArrayList<>();

  /// Where a text was.
  ///
  /// @param chunk its index in the document; -1 for all of it
  record Origin(String source, int chunk) {}

  /// What a text repeats.
  ///
  /// @param similarity 1 for a copy
  record Match(Origin of, boolean exact, double similarity) {}

  /// Nothing seen yet.
  ///
  /// @param threshold the similarity from which texts are the same; 1 for copies only
  SeenPlaces(double threshold) {
    texts = new SeenTexts(threshold);
  }

  /// What `text` repeats; null if it is new, and then it is remembered.
  @Nullable Match add(String text, Origin origin) {
    SeenTexts.Match match = texts.add(text);
    if (match == null) {
      origins.add(origin);
      return null;
    }
    return new Match(origins.get(match.of()), match.exact(), match.similarity());
  }
}
