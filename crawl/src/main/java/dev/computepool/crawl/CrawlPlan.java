package dev.computepool.crawl;

import dev.computepool.crawl.search.Search.Findings;
import dev.computepool.crawl.source.Found;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which pages a crawl looks at, in the order in which they come into the dataset.
public record CrawlPlan(List<Part> parts) {
  public CrawlPlan {
    parts = List.copyOf(parts);
  }

  /// What one source comes to.
  ///
  /// @param urls to fetch, without those of earlier parts
  /// @param repeated how many were left out since an earlier part has them
  /// @param files to read
  /// @param findings of a search, null for other sources
  /// @param failures parts of a source that could not be had, such as one of several sitemaps
  /// @param note what else is to be said, such as that there are more pages; null for nothing
  public record Part(
      Source source,
      List<URI> urls,
      int repeated,
      List<Path> files,
      @Nullable Findings findings,
      List<Found.Nothing> failures,
      @Nullable String note) {
    /// Whether it is known how many pages there are.
    public boolean isCounted() {
      return switch (source) {
        case Source.Query _, Source.Urls _, Source.Sitemap _, Source.Files _ -> true;
        case Source.Warc _, Source.Repo _ -> false;
      };
    }
  }

  /// All that is to be fetched.
  public List<URI> urls() {
    return parts.stream().flatMap(part -> part.urls().stream()).toList();
  }
}
