package dev.computepool.crawl;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a crawl would do.
public record CrawlPreview(CrawlPlan plan, List<Page> pages) {
  /// One page of it.
  ///
  /// @param cached whether it is in the cache and would not be fetched
  /// @param forbidden why it would not be fetched, null if it would be
  public record Page(URI url, boolean cached, @Nullable String forbidden) {}
}
