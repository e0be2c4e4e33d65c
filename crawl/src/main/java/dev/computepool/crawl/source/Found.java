package dev.computepool.crawl.source;

import dev.computepool.crawl.fetch.Refusal;

/// What a source comes up with for one of its places.
public sealed interface Found {
  /// A page.
  record Page(RawPage page) implements Found {}

  /// No page.
  ///
  /// @param place its URL or file
  record Nothing(String place, Refusal why, String detail) implements Found {}
}
