package dev.computepool.crawl;

import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.http.TransportOptions;
import dev.computepool.crawl.search.SearchQuery;
import dev.computepool.crawl.source.Sitemaps;
import java.nio.file.Path;
import java.util.List;

/// What a crawl does besides its sources.
///
/// @param domains hosts that pages must be on, themselves or below them, also after redirects; all
///     if there are none. What lies on a disk is on no host.
/// @param sitemaps how far the sitemaps of one source are read
/// @param cache the folder that answers are kept in
public record CrawlOptions(
    FetchOptions fetch,
    TransportOptions transport,
    List<String> domains,
    Sitemaps.Limits sitemaps,
    Path cache) {
  public CrawlOptions {
    domains = domains.stream().map(SearchQuery::domain).distinct().toList();
  }
}
