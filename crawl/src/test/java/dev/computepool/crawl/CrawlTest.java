package dev.computepool.crawl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.Progress;
import dev.computepool.crawl.dataset.Chunking;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.extract.Extraction;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.AddressRules;
import dev.computepool.crawl.http.TransportOptions;
import dev.computepool.crawl.search.SearchPage;
import dev.computepool.crawl.search.SearchQuery;
import dev.computepool.crawl.search.SearchService;
import dev.computepool.crawl.source.Sitemaps;
import dev.computepool.crawl.source.SourceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrawlTest {
  private static final DatasetOptions DATASET =
      DatasetOptions.DEFAULT.withChunking(
          new Chunking(200, 4000, 0, Chunking.Overflow.SPLIT, null));

  @TempDir Path folder;

  private CrawlOptions options(AddressRules addresses, String... domains) {
    TransportOptions standard = TransportOptions.standard("test");
    return new CrawlOptions(
        FetchOptions.STANDARD,
        new TransportOptions(
            standard.userAgent(),
            standard.proxies(),
            addresses,
            List.of(),
            standard.connectTimeout(),
            standard.silence()),
        List.of(domains),
        new Sitemaps.Limits(100, 100),
        folder.resolve("cache"));
  }

  private CrawlReport run(Crawl crawl, DatasetOptions dataset, Source... sources)
      throws IOException {
    return crawl.run(
        List.of(sources),
        dataset,
        folder.resolve("out.jsonl"),
        false,
        Progress.NONE,
        Crawl.Listener.NONE);
  }

  @Test
  void withoutAnExampleThereIsNoDataset() throws IOException {
    Path docs = Files.createDirectory(folder.resolve("docs"));
    Files.writeString(docs.resolve("a.md"), "# A\n\nToo short to learn from.\n");
    try (Crawl crawl = Crawl.open(options(AddressRules.PUBLIC))) {
      CrawlReport report = run(crawl, DATASET, new Source.Files(docs));
      assertEquals(1, report.documents());
      assertNull(report.dataset());
      assertFalse(Files.exists(folder.resolve("out.jsonl")));
      assertTrue(Files.exists(report.reportFile()));
    }
  }

  @Test
  void explainsNoPageThatACrawlWouldNotUse() throws IOException {
    try (LoopbackSite site = LoopbackSite.start();
        Crawl crawl = Crawl.open(options(new AddressRules(List.of("127.0.0.1"))))) {
      site.on(
          "/head",
          exchange -> {
            exchange.getResponseHeaders().set("X-Robots-Tag", "test: noai");
            LoopbackSite.send(exchange, 200, "text/html", "<p>reserved");
          });
      site.page("/meta", "<html><head><meta name=robots content=noindex></head><p>reserved");
      site.page("/app", "<title>App</title><div id=root></div><script src=a.js></script>");
      site.on("/a.md", e -> LoopbackSite.send(e, 200, "text/plain", "# Kettle\n\n<p>As *it* is."));
      assertEquals(Refusal.OPTED_OUT, refusal(crawl, site.url("/head")));
      assertEquals(Refusal.OPTED_OUT, refusal(crawl, site.url("/meta")));
      assertEquals(Refusal.SCRIPT_RENDERED, refusal(crawl, site.url("/app")));
      assertEquals(Refusal.NOT_FOUND, refusal(crawl, site.url("/none")));
      assertEquals(
          new Extraction("Kettle", null, null, "# Kettle\n\n<p>As *it* is."),
          crawl.explain(site.url("/a.md")).extraction());
    }
  }

  private static Refusal refusal(Crawl crawl, URI url) {
    return assertThrows(PageRefusedException.class, () -> crawl.explain(url)).why();
  }

  @Test
  void onlyPagesOnTheDomainsCount() throws IOException {
    try (LoopbackSite site = LoopbackSite.start();
        Crawl crawl = Crawl.open(options(new AddressRules(List.of("127.0.0.1")), "127.0.0.1"))) {
      String text = "<h1>Kettle</h1><p>" + "How to boil water in a kettle. ".repeat(20);
      site.page("/a", text);
      site.on(
          "/moved",
          exchange -> {
            exchange.getResponseHeaders().set("Location", "http://localhost:1/b");
            exchange.sendResponseHeaders(302, -1);
          });
      URI elsewhere = URI.create("http://localhost:1/c");
      List<URI> urls = List.of(site.url("/a"), site.url("/moved"), elsewhere);
      CrawlPlan plan = crawl.plan(List.of(new Source.Urls("list", urls)), Progress.NONE);
      assertEquals(
          new CrawlPreview.Page(elsewhere, false, "not on one of the domains"),
          crawl.preview(plan, Progress.NONE).pages().getLast());
      CrawlReport report = run(crawl, DATASET, new Source.Urls("list", urls));
      assertEquals(Map.of("document", 1L, "elsewhere", 2L), report.outcomes());
    }
  }

  /// Counts how often it is asked, and finds nothing.
  private static final class Searches implements SearchService {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public SearchPage ask(Request request) {
      asked.incrementAndGet();
      return new SearchPage(List.of(), false, 1L, null, null);
    }

    @Override
    public Limits limits() {
      return new Limits(1000, 100, 10);
    }

    @Override
    public boolean mayStore() {
      return false;
    }

    @Override
    public String identity() {
      return "counting";
    }
  }

  @Test
  void whatIsWrongIsKnownBeforeASearchIsPaid() throws IOException {
    Searches service = new Searches();
    Source.Query query =
        new Source.Query(service, new SearchQuery("acme", 10, List.of(), null, null));
    DatasetOptions tokens =
        DATASET.withChunking(
            new Chunking(
                200, 4000, 100, Chunking.Overflow.SPLIT, folder.resolve("none/tokenizer.json")));
    String repo = folder.resolve("none.git").toUri().toString();
    Path none = folder.resolve("none");
    try (LoopbackSite site = LoopbackSite.start();
        Crawl crawl = Crawl.open(options(new AddressRules(List.of("127.0.0.1"))))) {
      assertThrows(NoSuchFileException.class, () -> run(crawl, tokens, query));
      assertThrows(SourceException.class, () -> run(crawl, DATASET, query, new Source.Repo(repo)));
      assertThrows(
          NoSuchFileException.class, () -> run(crawl, DATASET, query, new Source.Files(none)));
      assertThrows(
          NoSuchFileException.class, () -> run(crawl, DATASET, query, new Source.Warc(none)));
      assertThrows(
          SourceException.class,
          () -> run(crawl, DATASET, query, new Source.Sitemap(site.url("/none.xml"))));
      assertEquals(0, service.asked.get());
      run(crawl, DATASET, query);
      assertEquals(1, service.asked.get());
    }
  }

  @Test
  void filesAreKnownByTheirPlaceInTheFolderThatWasNamed() throws IOException {
    for (String place : List.of("one/docs/a b.md", "one/docs/c:d/e.html", "two/docs/a b.md")) {
      Path file = folder.resolve(place);
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(
          file,
          "# About %s\n\n".formatted(place)
              + "How %s is used, at length and in detail. ".formatted(place).repeat(20));
    }
    try (Crawl crawl = Crawl.open(options(AddressRules.PUBLIC))) {
      CrawlReport report =
          run(
              crawl,
              DATASET.withNearDuplicates(1),
              new Source.Files(folder.resolve("one")),
              new Source.Files(folder.resolve("two")));
      assertEquals(Map.of("document", 3L), report.outcomes());
    }
    List<String> sources = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("out.jsonl"))) {
      String source = JsonMapper.builder().build().readTree(line).at("/meta/source_url").asText();
      if (!sources.contains(source)) {
        sources.add(source);
      }
    }
    assertEquals(List.of("docs/a%20b.md", "docs/c:d/e.html"), sources);
    for (String name : List.of("out.jsonl", "out.card.md")) {
      String text = Files.readString(folder.resolve(name));
      assertFalse(text.contains(folder.toString()), name);
    }
  }
}
