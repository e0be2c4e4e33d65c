package dev.computepool.crawl;

import dev.computepool.crawl.dataset.DatasetReport;
import dev.computepool.crawl.dataset.DatasetReport.LeftOut;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.search.Search.Findings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of a crawl.
///
/// @param startedAt of this run; what was fetched before it came from the cache
/// @param requests to the hosts of pages, for robots.txt and sitemaps too
/// @param pages that were looked at
/// @param documents that the others became
/// @param outcomes how many pages came to what: `document`, or the name of a refusal
/// @param failures pages that became no document, and why
/// @param dataset null if there is none, for want of examples
/// @param leftOut why nothing came of the documents, if there is no dataset, which else says it
/// @param reportFile where this is written as JSON
public record CrawlReport(
    Instant startedAt,
    Duration time,
    List<SourceCount> sources,
    long pages,
    long documents,
    long fromCache,
    long requests,
    Map<String, Long> outcomes,
    List<Failure> failures,
    @Nullable DatasetReport dataset,
    @Nullable LeftOver leftOut,
    Path reportFile) {

  /// What one source came to.
  ///
  /// @param kind as the option that names it
  /// @param findings of a search, null for others
  public record SourceCount(
      String kind,
      String name,
      long pages,
      long documents,
      @Nullable Findings findings,
      @Nullable String note) {}

  /// A page that became no document.
  ///
  /// @param place its URL or file
  /// @param outcome the name of the refusal in lower case
  public record Failure(String place, String outcome, String reason) {}

  /// What was not fit to be trained on.
  ///
  /// @param documents as a whole
  /// @param texts parts of the others
  public record LeftOver(Map<LeftOut, Long> documents, Map<LeftOut, Long> texts) {}

  /// Whether the network or services failed for each single page.
  public boolean isUnreached() {
    long failed =
        Arrays.stream(Refusal.values()).filter(Refusal::isFailure).mapToLong(this::count).sum();
    return pages > 0 && failed == pages;
  }

  /// How many pages were left out for this reason.
  public long count(Refusal why) {
    return outcomes.getOrDefault(why.name().toLowerCase(Locale.ROOT), 0L);
  }
}
