package dev.computepool.crawl;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.crawl.CrawlPlan.Part;
import dev.computepool.crawl.dataset.DatasetFiles;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.dataset.DatasetReport;
import dev.computepool.crawl.dataset.DatasetWriter;
import dev.computepool.crawl.extract.PageText;
import dev.computepool.crawl.fetch.CachedPage;
import dev.computepool.crawl.fetch.FetchQueue;
import dev.computepool.crawl.fetch.FetchResult;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.fetch.Fetcher;
import dev.computepool.crawl.fetch.PageCache;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.Search.Findings;
import dev.computepool.crawl.search.SearchException;
import dev.computepool.crawl.search.SearchQuery;
import dev.computepool.crawl.search.SearchResult;
import dev.computepool.crawl.search.StoredSearches;
import dev.computepool.crawl.source.Folder;
import dev.computepool.crawl.source.Found;
import dev.computepool.crawl.source.PageForms;
import dev.computepool.crawl.source.PageSource;
import dev.computepool.crawl.source.RawPage;
import dev.computepool.crawl.source.Repository;
import dev.computepool.crawl.source.Sitemaps;
import dev.computepool.crawl.source.WebArchive;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// From sources to a dataset: {@link #plan} says which pages there are, {@link #run} fetches them
/// and writes what they have to say.
///
/// First everything is fetched, many hosts at a time; what was fetched is in the cache. Then the
/// pages are read in the order of the plan. So a run that was killed goes on where it was, and its
/// dataset is, byte for byte, that of a run which was not: also the times in it are those at which
/// pages were fetched. A run with an empty cache differs in these times alone, as long as the pages
/// are the same.
public final class Crawl implements Closeable {
  private final CrawlOptions options;
  private final Transport transport;
  private final Fetcher fetcher;
  private final StoredSearches searches;

  private Crawl(CrawlOptions options, Transport transport, PageCache cache) {
    this.options = options;
    this.transport = transport;
    this.fetcher = new Fetcher(transport, cache, options.fetch());
    this.searches =
        new StoredSearches(options.cache().resolve("searches"), options.fetch().maxAge());
  }

  /// Hears of each page as it is fetched, from several threads, and read, in order.
  public interface Listener {
    /// Hears nothing.
    Listener NONE =
        new Listener() {
          @Override
          public void fetched(URI url, FetchResult result) {}

          @Override
          public void read(String place, String outcome) {}
        };

    /// A page was fetched, or it is known why not.
    void fetched(URI url, FetchResult result);

    /// A page was read.
    ///
    /// @param outcome `document`, or why there is none
    void read(String place, String outcome);
  }

  /// Gets ready: opens the cache, makes no connection.
  public static Crawl open(CrawlOptions options) throws IOException {
    return new Crawl(options, Transport.open(options.transport()), PageCache.open(options.cache()));
  }

  /// One page, before anything is made of it.
  ///
  /// @param source where it was found after all redirects
  public record Page(URI source, String html) {}

  /// Fetches one page as a crawl does.
  ///
  /// @throws PageRefusedException if a crawl would do without it
  public Page page(URI url) throws IOException {
    return switch (fetcher.fetch(url)) {
      case FetchResult.Refused(Refusal why, String detail) ->
          throw new PageRefusedException(url, why, detail);
      case FetchResult.Fetched(URI source, CachedPage page, int _) -> {
        byte[] bytes =
            fetcher
                .read(page)
                .orElseThrow(() -> new PageRefusedException(url, Refusal.NOT_CACHED, ""));
        String type = page.head().first("content-type");
        yield new Page(source, PageText.decode(bytes, type, source.toString()));
      }
    };
  }

  /// Looks whether the dataset can be written there, before anything is asked of anybody.
  ///
  /// @throws FileAlreadyExistsException if one of its files exists and is not to be replaced
  /// @throws NoSuchFileException if the folder does not exist
  public static void check(Path out, boolean force) throws IOException {
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    DatasetFiles.of(out).replaces(force);
  }

  /// Finds out which pages there are. Searching and reading sitemaps need the network, unless they
  /// were done not long ago.
  public CrawlPlan plan(List<Source> sources, Progress progress) throws IOException {
    List<Part> parts = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    for (Source source : sources) {
      parts.add(
          switch (source) {
            case Source.Query query -> query(query, seen, progress);
            case Source.Urls(String _, List<URI> urls) ->
                web(source, urls, seen, null, List.of(), null);
            case Source.Sitemap(URI url) -> sitemap(source, url, seen, progress);
            case Source.Warc(Path file) -> {
              if (!Files.isReadable(file)) {
                throw new NoSuchFileException(file.toString());
              }
              yield local(source, List.of(file));
            }
            case Source.Files(Path folder) -> local(source, Folder.list(folder));
            case Source.Repo _ -> local(source, List.of());
          });
    }
    return new CrawlPlan(parts);
  }

  private Part query(Source.Query source, Set<URI> seen, Progress progress) throws IOException {
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
    return web(source, urls, seen, findings, List.of(), findings.stopped());
  }

  private Part sitemap(Source source, URI url, Set<URI> seen, Progress progress)
      throws IOException {
    Sitemaps.Listing listing =
        Sitemaps.read(
            fetcher,
            url,
            options.maxPages(),
            at -> SearchQuery.covers(options.domains(), at),
            progress);
    String note =
        listing.cut() ? "there are more than %d pages".formatted(options.maxPages()) : null;
    return web(source, listing.pages(), seen, null, listing.failures(), note);
  }

  private static Part web(
      Source source,
      List<URI> urls,
      Set<URI> seen,
      @Nullable Findings findings,
      List<Found.Nothing> failures,
      @Nullable String note) {
    List<URI> own = urls.stream().filter(seen::add).toList();
    return new Part(source, own, urls.size() - own.size(), List.of(), findings, failures, note);
  }

  private static Part local(Source source, List<Path> files) {
    return new Part(source, List.of(), 0, files, null, List.of(), null);
  }

  /// What robots.txt and the cache say about the pages of a plan. Nothing is fetched but each
  /// host's robots.txt.
  public CrawlPreview preview(CrawlPlan plan, Progress progress) throws IOException {
    List<CrawlPreview.Page> pages = new ArrayList<>();
    try (Progress.Step step =
        progress.begin("Asking robots.txt", plan.urls().size(), Progress.Unit.ITEMS)) {
      for (URI url : plan.urls()) {
        pages.add(new CrawlPreview.Page(url, fetcher.isCached(url), fetcher.forbids(url)));
        step.advance(1);
      }
    }
    return new CrawlPreview(plan, pages);
  }

  /// Fetches the pages of a plan and writes the dataset; if there is no example, there is no
  /// dataset, only the report.
  ///
  /// @param out the file of its examples; the others stand beside it
  /// @param force whether files that are there are replaced
  /// @throws CancelledException if the user asked to stop; the same run then goes on from there
  public CrawlReport run(
      CrawlPlan plan,
      DatasetOptions dataset,
      Path out,
      boolean force,
      Progress progress,
      Listener listener)
      throws IOException {
    check(out, force);
    Path reportFile = DatasetFiles.of(out).report();
    try (DatasetWriter writer = DatasetWriter.open(out, dataset, force, progress)) {
      CrawlReports reports = new CrawlReports(listener);
      List<FetchResult> results =
          new FetchQueue(fetcher, options.fetch().perHost())
              .fetchAll(plan.urls(), progress, listener::fetched);
      Iterator<FetchResult> next = results.iterator();
      long total =
          plan.parts().stream().allMatch(Part::isCounted)
              ? plan.parts().stream().mapToLong(p -> p.urls().size() + p.files().size()).sum()
              : -1;
      Taker taker = new Taker(writer, reports);
      try (Progress.Step step = progress.begin("Reading", total, Progress.Unit.ITEMS);
          Pipeline pipeline =
              new Pipeline(
                  Runtime.getRuntime().availableProcessors(), options.fetch().respectOptOuts())) {
        for (Part part : plan.parts()) {
          reports.begin(part);
          for (Found.Nothing failure : part.failures()) {
            reports.nothing(failure);
          }
          try (PageSource source = open(part, next, progress)) {
            pipeline.run(source, taker, step);
          }
        }
      }
      DatasetReport made = writer.hasExamples() ? writer.report() : null;
      CrawlReport report = reports.finish(results, fetcher.requests(), made, reportFile);
      String account = CrawlReports.text(report);
      if (made == null) {
        AtomicFile.writeString(reportFile, account);
      } else {
        writer.commit(account);
      }
      return report;
    }
  }

  private PageSource open(Part part, Iterator<FetchResult> results, Progress progress)
      throws IOException {
    return switch (part.source()) {
      case Source.Query _, Source.Urls _, Source.Sitemap _ -> {
        Iterator<URI> urls = part.urls().iterator();
        yield () -> urls.hasNext() ? page(urls.next(), results.next()) : null;
      }
      case Source.Files _ -> {
        Iterator<Path> files = part.files().iterator();
        yield () -> files.hasNext() ? Folder.read(files.next(), options.fetch().maxBytes()) : null;
      }
      case Source.Warc(Path file) ->
          WebArchive.open(
              file, options.fetch().maxBytes(), url -> SearchQuery.covers(options.domains(), url));
      case Source.Repo(String url) ->
          Repository.open(
              url, options.cache(), options.fetch(), options.transport().proxies(), progress);
    };
  }

  private Found page(URI asked, FetchResult result) throws IOException {
    return switch (result) {
      case Refused(Refusal why, String detail) -> new Found.Nothing(asked.toString(), why, detail);
      case Fetched(URI url, var page, int _) -> {
        byte[] bytes = fetcher.read(page).orElse(null);
        if (bytes == null) {
          yield new Found.Nothing(
              asked.toString(), Refusal.UNREADABLE, "it was removed from the cache meanwhile");
        }
        String type = Objects.requireNonNullElse(page.head().first("content-type"), "");
        yield new Found.Page(
            new RawPage(
                url,
                PageForms.ofAnswer(
                    type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT), url.getPath(), bytes),
                page.head(),
                page.fetchedAt(),
                Objects.requireNonNull(page.sha256()),
                bytes.length,
                null,
                () -> bytes));
      }
    };
  }

  /// Hands documents to the dataset, each page once.
  private static final class Taker implements Pipeline.Taker {
    private final DatasetWriter writer;
    private final CrawlReports reports;
    private final Set<URI> seen = new HashSet<>();

    Taker(DatasetWriter writer, CrawlReports reports) {
      this.writer = writer;
      this.reports = reports;
    }

    @Override
    public void page(RawPage page, PageReader.Read read) throws IOException {
      String place = page.source().toString();
      // Several addresses may lead to one.
      if (!seen.add(page.source())) {
        reports.nothing(new Found.Nothing(place, Refusal.DUPLICATE, ""));
        return;
      }
      switch (read) {
        case PageReader.Read.Nothing(Refusal why, String detail) ->
            reports.nothing(new Found.Nothing(place, why, detail));
        case PageReader.Read.Text(var document) -> {
          writer.add(document);
          reports.document(place);
        }
      }
    }

    @Override
    public void nothing(Found.Nothing nothing) {
      reports.nothing(nothing);
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
