package dev.computepool.crawl;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.crawl.CrawlPlan.Part;
import dev.computepool.crawl.dataset.DatasetFiles;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.dataset.DatasetReport;
import dev.computepool.crawl.dataset.DatasetWriter;
import dev.computepool.crawl.dataset.Masker;
import dev.computepool.crawl.extract.Explanation;
import dev.computepool.crawl.fetch.FetchQueue;
import dev.computepool.crawl.fetch.FetchResult;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.fetch.Fetcher;
import dev.computepool.crawl.fetch.OptOut;
import dev.computepool.crawl.fetch.PageCache;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.fetch.Robot;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.pdf.PdfReader;
import dev.computepool.crawl.search.SearchQuery;
import dev.computepool.crawl.search.StoredSearches;
import dev.computepool.crawl.source.Folder;
import dev.computepool.crawl.source.Found;
import dev.computepool.crawl.source.PageForms;
import dev.computepool.crawl.source.PageSource;
import dev.computepool.crawl.source.RawPage;
import dev.computepool.crawl.source.WebArchive;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// From sources to a dataset: {@link #plan} says which pages there are, {@link #run} also fetches
/// them and writes what they have to say.
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
  private final PdfReader pdfs = PdfReader.open();
  private final PageReader reader;

  private Crawl(CrawlOptions options, Transport transport, PageCache cache) {
    this.options = options;
    this.transport = transport;
    this.fetcher = new Fetcher(transport, cache, options.fetch());
    this.searches =
        new StoredSearches(
            options.cache().resolve("searches"),
            options.fetch().maxAge(),
            options.fetch().retryFailed());
    this.reader =
        new PageReader(
            options.fetch().respectOptOuts()
                ? new OptOut(Robot.of(options.transport().userAgent()))
                : null,
            pdfs);
  }

  /// Hears of each page as it is fetched, from several threads, and read, in order. What it is
  /// told has no keys in it if the dataset is to have none.
  public interface Listener {
    /// Hears nothing.
    Listener NONE =
        new Listener() {
          @Override
          public void fetched(String place, boolean cached) {}

          @Override
          public void refused(String place, String why) {}

          @Override
          public void read(String place, String outcome) {}
        };

    /// A page is there.
    ///
    /// @param cached whether nothing had to be asked for it
    void fetched(String place, boolean cached);

    /// A page cannot be had.
    void refused(String place, String why);

    /// A page was read.
    ///
    /// @param outcome `document`, or why there is none
    void read(String place, String outcome);
  }

  /// Gets ready: opens the cache, makes no connection.
  public static Crawl open(CrawlOptions options) throws IOException {
    return new Crawl(options, Transport.open(options.transport()), PageCache.open(options.cache()));
  }

  /// Fetches one page as a crawl does, and says what it makes of it and why.
  ///
  /// @throws PageRefusedException if a crawl would do without it
  public Explanation explain(URI url) throws IOException {
    return switch (page(url, fetcher.fetch(url))) {
      case Found.Nothing(String _, Refusal why, String detail) ->
          throw new PageRefusedException(url, why, detail);
      case Found.Page(RawPage page) -> reader.explain(page);
    };
  }

  /// Looks whether the dataset can be written there, before anything is asked of anybody.
  ///
  /// @throws FileAlreadyExistsException if one of its files exists and is not to be replaced
  /// @throws NoSuchFileException if the folder does not exist
  /// @throws IllegalArgumentException if `out` has no name that a file could have
  public static void check(Path out, boolean force) throws IOException {
    if (out.getFileName() == null || out.toString().isEmpty()) {
      throw new IllegalArgumentException("'%s' is no name of a file".formatted(out));
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    DatasetFiles.of(out).replaces(force);
  }

  /// Finds out which pages there are. Searching and reading sitemaps need the network, unless they
  /// were done not long ago.
  public CrawlPlan plan(List<Source> sources, Progress progress) throws IOException {
    return new Planner(options, fetcher, searches, this::isWanted).plan(sources, progress);
  }

  private boolean isWanted(URI url) {
    return SearchQuery.covers(options.domains(), url);
  }

  /// What robots.txt and the cache say about the pages of a plan. Nothing is fetched but each
  /// host's robots.txt and tdmrep.json.
  public CrawlPreview preview(CrawlPlan plan, Progress progress) throws IOException {
    List<CrawlPreview.Page> pages = new ArrayList<>();
    try (Progress.Step step =
        progress.begin("Asking robots.txt", plan.urls().size(), Progress.Unit.ITEMS)) {
      for (URI url : plan.urls()) {
        String forbidden = isWanted(url) ? fetcher.forbids(url) : Refusal.ELSEWHERE.meaning();
        pages.add(new CrawlPreview.Page(url, fetcher.isCached(url), forbidden));
        step.advance(1);
      }
    }
    return new CrawlPreview(plan, pages);
  }

  /// Fetches the pages of all sources and writes the dataset; if there is no example, there is no
  /// dataset, only the report. What is wrong with the options, or with what they name, is known
  /// before a search is paid.
  ///
  /// @param out the file of its examples; the others stand beside it
  /// @param force whether files that are there are replaced
  /// @throws CancelledException if the user asked to stop; the same run then goes on from there
  public CrawlReport run(
      List<Source> sources,
      DatasetOptions dataset,
      Path out,
      boolean force,
      Progress progress,
      Listener listener)
      throws IOException {
    check(out, force);
    Path reportFile = DatasetFiles.of(out).report();
    try (DatasetWriter writer = DatasetWriter.open(out, dataset, force, progress);
        Repositories repositories = Repositories.open(sources, options, progress)) {
      CrawlPlan plan = plan(sources, progress);
      CrawlReports reports = new CrawlReports(listener, new Masker(dataset.masks()));
      List<FetchResult> results =
          new FetchQueue(fetcher, options.fetch().perHost(), this::isWanted)
              .fetchAll(plan.urls(), progress, reports::fetched);
      Iterator<FetchResult> next = results.iterator();
      long total =
          plan.parts().stream().allMatch(Part::isCounted)
              ? plan.parts().stream().mapToLong(p -> p.urls().size() + p.files().size()).sum()
              : -1;
      Taker taker = new Taker(writer, reports);
      try (Progress.Step step = progress.begin("Reading", total, Progress.Unit.ITEMS);
          Pipeline pipeline = new Pipeline(Runtime.getRuntime().availableProcessors(), reader)) {
        for (Part part : plan.parts()) {
          reports.begin(part);
          for (Found.Nothing failure : part.failures()) {
            reports.nothing(failure);
          }
          try (PageSource source = open(part, next, repositories)) {
            pipeline.run(source, taker, step);
          }
        }
      }
      DatasetReport made = writer.report();
      boolean hasExamples = made.train() + made.validation() > 0;
      CrawlReport report =
          reports.finish(results, fetcher.requests(), made, hasExamples, reportFile);
      String account = CrawlReports.text(report);
      if (hasExamples) {
        writer.commit(account);
      } else {
        AtomicFile.writeString(reportFile, account);
      }
      return report;
    }
  }

  private PageSource open(Part part, Iterator<FetchResult> results, Repositories repositories)
      throws IOException {
    return switch (part.source()) {
      case Source.Query _, Source.Urls _, Source.Sitemap _ -> {
        Iterator<URI> urls = part.urls().iterator();
        yield () -> urls.hasNext() ? page(urls.next(), results.next()) : null;
      }
      case Source.Files(Path folder) -> {
        Iterator<Path> files = part.files().iterator();
        yield () ->
            files.hasNext() ? Folder.read(folder, files.next(), options.fetch().maxBytes()) : null;
      }
      case Source.Warc(Path file) ->
          WebArchive.open(file, options.fetch().maxBytes(), this::isWanted);
      case Source.Repo _ -> repositories.next();
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
        yield new Found.Page(
            new RawPage(
                url,
                PageForms.ofAnswer(page.head().mediaType(), url.getPath(), bytes),
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
      // Several addresses may lead to one; what has none is a file, and read once.
      if (page.source().isAbsolute() && !seen.add(page.source())) {
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
    pdfs.close();
    transport.close();
  }
}
