package dev.computepool.crawl;

import dev.computepool.base.Progress;
import dev.computepool.crawl.CrawlPlan.Part;
import dev.computepool.crawl.fetch.Fetcher;
import dev.computepool.crawl.search.Search.Findings;
import dev.computepool.crawl.search.SearchException;
import dev.computepool.crawl.search.SearchResult;
import dev.computepool.crawl.search.StoredSearches;
import dev.computepool.crawl.source.Folder;
import dev.computepool.crawl.source.Found;
import dev.computepool.crawl.source.Sitemaps;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds out which pages sources have.
final class Planner {
  private final CrawlOptions options;
  private final Fetcher fetcher;
  private final StoredSearches searches;
  private final Predicate<URI> wanted;

  /// What one source lists, whatever others do.
  private record Listed(
      List<URI> urls,
      List<Path> files,
      @Nullable Findings findings,
      List<Found.Nothing> failures,
      @Nullable String note) {
    static Listed ofUrls(List<URI> urls) {
      return new Listed(urls, List.of(), null, List.of(), null);
    }

    static Listed ofFiles(List<Path> files) {
      return new Listed(List.of(), files, null, List.of(), null);
    }
  }

  /// @param wanted which pages of sitemaps count
  Planner(CrawlOptions options, Fetcher fetcher, StoredSearches searches, Predicate<URI> wanted) {
    this.options = options;
    this.fetcher = fetcher;
    this.searches = searches;
    this.wanted = wanted;
  }

  /// Lists all pages in the order of their sources. Searches come last, since they are paid: what
  /// is wrong with the other sources is known before.
  CrawlPlan plan(List<Source> sources, Progress progress) throws IOException {
    IdentityHashMap<Source, Listed> listed = new IdentityHashMap<>();
    for (Source source : sources.stream().sorted(Comparator.comparing(Planner::costs)).toList()) {
      listed.put(source, list(source, progress));
    }
    List<Part> parts = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    for (Source source : sources) {
      Listed all = Objects.requireNonNull(listed.get(source));
      List<URI> own = all.urls().stream().filter(seen::add).toList();
      parts.add(
          new Part(
              source,
              own,
              all.urls().size() - own.size(),
              all.files(),
              all.findings(),
              all.failures(),
              all.note()));
    }
    return new CrawlPlan(parts);
  }

  private enum Cost {
    NOTHING,
    REQUESTS,
    MONEY
  }

  private static Cost costs(Source source) {
    return switch (source) {
      case Source.Urls _, Source.Warc _, Source.Files _, Source.Repo _ -> Cost.NOTHING;
      case Source.Sitemap _ -> Cost.REQUESTS;
      case Source.Query _ -> Cost.MONEY;
    };
  }

  private Listed list(Source source, Progress progress) throws IOException {
    return switch (source) {
      case Source.Query query -> query(query, progress);
      case Source.Urls(String _, List<URI> urls) -> Listed.ofUrls(urls);
      case Source.Sitemap(URI url) -> sitemap(url, progress);
      case Source.Warc(Path file) -> {
        if (!Files.isReadable(file)) {
          throw new NoSuchFileException(file.toString());
        }
        yield Listed.ofFiles(List.of(file));
      }
      case Source.Files(Path folder) -> Listed.ofFiles(Folder.list(folder));
      case Source.Repo _ -> Listed.ofFiles(List.of());
    };
  }

  private Listed query(Source.Query source, Progress progress) throws IOException {
    Findings findings;
    if (options.fetch().offline()) {
      findings = searches.find(source.service(), source.query(), true);
      if (findings == null) {
        throw new SearchException(
            source.service().name(),
            SearchException.Kind.SETUP,
            "this search is not in the cache, and the network is not to be used",
            Duration.ZERO);
      }
    } else {
      findings = searches.run(source.service(), source.query(), progress);
    }
    List<URI> urls = findings.results().stream().map(SearchResult::url).toList();
    return new Listed(urls, List.of(), findings, List.of(), findings.stopped());
  }

  private Listed sitemap(URI url, Progress progress) throws IOException {
    Sitemaps.Limits limits = options.sitemaps();
    Sitemaps.Listing listing = Sitemaps.read(fetcher, url, limits, wanted, progress);
    String note =
        listing.morePages()
            ? "there are more than %d pages".formatted(limits.pages())
            : listing.moreSitemaps()
                ? "there are more than %d sitemaps, and the others were not read"
                    .formatted(limits.sitemaps())
                : null;
    return new Listed(listing.pages(), List.of(), null, listing.failures(), note);
  }
}
