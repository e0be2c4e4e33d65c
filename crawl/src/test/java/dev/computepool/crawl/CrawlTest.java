package dev.computepool.crawl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.crawl.dataset.Chunking;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.extract.Extraction;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.AddressRules;
import dev.computepool.crawl.http.TransportOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        100,
        folder.resolve("cache"));
  }

  @Test
  void withoutAnExampleThereIsNoDataset() throws IOException {
    Path docs = Files.createDirectory(folder.resolve("docs"));
    Files.writeString(docs.resolve("a.md"), "# A\n\nToo short to learn from.\n");
    Path out = folder.resolve("out.jsonl");
    try (Crawl crawl = Crawl.open(options(AddressRules.PUBLIC))) {
      CrawlPlan plan = crawl.plan(List.of(new Source.Files(docs)), Progress.NONE);
      CrawlReport report = crawl.run(plan, DATASET, out, false, Progress.NONE, Crawl.Listener.NONE);
      assertEquals(1, report.documents());
      assertNull(report.dataset());
      assertFalse(Files.exists(out));
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
      CrawlReport report =
          crawl.run(
              plan,
              DATASET,
              folder.resolve("out.jsonl"),
              false,
              Progress.NONE,
              Crawl.Listener.NONE);
      assertEquals(Map.of("document", 1L, "elsewhere", 2L), report.outcomes());
    }
  }
}
