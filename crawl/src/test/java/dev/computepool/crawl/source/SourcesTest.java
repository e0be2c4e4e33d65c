package dev.computepool.crawl.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.crawl.LoopbackSite;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.Fetcher;
import dev.computepool.crawl.fetch.PageCache;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
  private static final long LIMIT = 1000;

  @TempDir Path folder;

  private static List<String> all(PageSource source) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Found found = source.next(); found != null; found = source.next()) {
      lines.add(
          switch (found) {
            case Found.Page(RawPage page) ->
                "%s %s %s"
                    .formatted(
                        page.form(),
                        page.source(),
                        new String(page.content().bytes(), StandardCharsets.UTF_8));
            case Found.Nothing(String place, Refusal why, String _) -> why + " " + place;
          });
    }
    return lines;
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  @Test
  void listsNameAllThatIsNoUrl() throws IOException {
    assertEquals(
        List.of(URI.create("http://a.org/"), URI.create("http://a.org/b")),
        UrlList.parse("l", "\ufeff# pages\nhttp://a.org\n\n  http://a.org/b#x \r\nhttp://a.org/"));
    FormatException failure =
        assertThrows(
            FormatException.class, () -> UrlList.parse("l", "a.org\nhttp://a.org/\nftp://x/"));
    assertEquals(
        List.of(
            new FormatException.Problem("line 1", "'a.org' is no http or https URL"),
            new FormatException.Problem("line 3", "'ftp://x/' is no http or https URL")),
        failure.problems());
  }

  @Test
  void aFolderIsReadInTheOrderOfItsPaths() throws IOException {
    Files.createDirectories(folder.resolve("b/.git"));
    Files.writeString(folder.resolve("b/z.html"), "<p>z");
    Files.writeString(folder.resolve("b/.git/x.md"), "hidden");
    Files.writeString(folder.resolve("b.md"), "# b");
    Files.write(folder.resolve("a.html.gz"), gzip("<p>a"));
    Files.writeString(folder.resolve("c.txt"), "c");
    Files.writeString(folder.resolve("large.txt"), "x".repeat(1001));
    Files.writeString(folder.resolve("image.png"), "no");
    Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("c.txt"));
    List<Path> files = Folder.list(folder);
    assertEquals(
        List.of("a.html.gz", "b.md", "b/z.html", "c.txt", "large.txt"),
        files.stream().map(f -> folder.relativize(f).toString()).toList());
    Found.Page first =
        assertInstanceOf(Found.Page.class, Folder.read(folder, files.getFirst(), LIMIT));
    assertEquals(RawPage.Form.HTML, first.page().form());
    assertArrayEquals("<p>a".getBytes(StandardCharsets.UTF_8), first.page().content().bytes());
    assertEquals(
        new Found.Nothing(files.getLast().toString(), Refusal.TOO_LARGE, ""),
        Folder.read(folder, files.getLast(), LIMIT));
  }

  private static String record(String type, String url, String contentType, String block) {
    return "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:%s>\r\n"
            .formatted(type, new java.util.UUID(1, block.hashCode()))
        + "WARC-Date: 2026-01-02T03:04:05Z\r\n"
        + (url.isEmpty() ? "" : "WARC-Target-URI: " + url + "\r\n")
        + "Content-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(contentType, block.length())
        + block
        + "\r\n\r\n";
  }

  private static String response(String url, int status, String type, String body) {
    return record(
        "response",
        url,
        "application/http; msgtype=response",
        "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(status, type, body.length(), body));
  }

  private static List<String> archive() {
    return List.of(
        record("warcinfo", "", "application/warc-fields", "software: test\r\n"),
        record(
            "request",
            "http://a.org/1",
            "application/http; msgtype=request",
            "GET /1 HTTP/1.1\r\nHost: a.org\r\n\r\n"),
        response("http://a.org/1", 200, "text/html; charset=utf-8", "<p>one"),
        response("http://a.org/404", 404, "text/html", "gone"),
        response("http://a.org/i.png", 200, "image/png", "png"),
        response("http://b.org/2", 200, "text/plain", "two"),
        response("http://a.org/big", 200, "text/html", "x".repeat(1001)));
  }

  @Test
  void oddRecordsOfAnArchiveDoNotEndIt() throws IOException {
    String type = "application/http; msgtype=response";
    String cut = new String(gzip("<p>cut"), StandardCharsets.ISO_8859_1).substring(0, 12);
    String odd =
        record("response", "http://a.org/head", type, "not http at all\r\n\r\n<p>x")
            + record(
                "response",
                "http://a.org/coding",
                type,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: UTF-8\r\n\r\n<p>x")
            + record(
                "response",
                "http://a.org/cut",
                type,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
                    + cut)
            + response("http://a.org/last", 200, "text/html", "<p>last");
    Path file = folder.resolve("odd.warc");
    Files.write(file, odd.getBytes(StandardCharsets.ISO_8859_1));
    try (WebArchive source = WebArchive.open(file, LIMIT, _ -> true)) {
      assertEquals(
          List.of(
              "UNREADABLE http://a.org/head",
              "UNREADABLE http://a.org/coding",
              "UNREADABLE http://a.org/cut",
              "HTML http://a.org/last <p>last"),
          all(source));
    }
  }

  @Test
  void archivesAreReadRecordByRecord() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (String record : archive()) {
      packed.write(gzip(record)); // each by itself, as Common Crawl does
    }
    Path gz = Files.write(folder.resolve("a.warc.gz"), packed.toByteArray());
    Path plain = Files.writeString(folder.resolve("a.warc"), String.join("", archive()));
    for (Path file : List.of(gz, plain)) {
      try (WebArchive archive = WebArchive.open(file, LIMIT, url -> true)) {
        assertEquals(
            List.of(
                "HTML http://a.org/1 <p>one",
                "TEXT http://b.org/2 two",
                "TOO_LARGE http://a.org/big"),
            all(archive),
            file.toString());
      }
      try (WebArchive archive =
          WebArchive.open(file, LIMIT, url -> String.valueOf(url.getHost()).equals("b.org"))) {
        Found.Page page = assertInstanceOf(Found.Page.class, archive.next());
        assertEquals(Instant.parse("2026-01-02T03:04:05Z"), page.page().fetchedAt());
      }
    }
  }

  /// Downloads of archives end early more often than not.
  @Test
  void anArchiveThatWasCutSaysSoWhereverThatWas() throws IOException {
    byte[] plain = String.join("", archive()).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (String record : archive()) {
      packed.write(gzip(record));
    }
    for (byte[] whole : List.of(plain, packed.toByteArray())) {
      int told = 0;
      for (int length = 1; length < whole.length; length += 7) {
        Path file = Files.write(folder.resolve("cut.warc"), Arrays.copyOf(whole, length));
        try (WebArchive archive = WebArchive.open(file, LIMIT, url -> true)) {
          all(archive);
        } catch (FormatException e) {
          String message = String.valueOf(e.getMessage());
          assertTrue(message.startsWith(file + " at byte "), message);
          told++;
        }
      }
      assertTrue(told > whole.length / 14, "most cuts are within a record: " + told);
    }
  }

  @Test
  void whatACrawlTakesForAPageIsOneInAnArchiveToo() throws IOException {
    StringBuilder records = new StringBuilder();
    for (String type :
        List.of(
            "text/css",
            "text/javascript",
            "text/xml",
            "application/json",
            "Text/Markdown; charset=utf-8",
            "application/xhtml+xml")) {
      records.append(response("http://a.org/" + type.replaceAll("[^a-z]", ""), 200, type, "x"));
    }
    Path file = Files.writeString(folder.resolve("types.warc"), records);
    try (WebArchive archive = WebArchive.open(file, LIMIT, _ -> true)) {
      assertEquals(
          List.of(
              "MARKDOWN http://a.org/extarkdowncharsetutf x",
              "HTML http://a.org/applicationxhtmlxml x"),
          all(archive));
    }
  }

  @Test
  void whatIsNoArchiveIsToldWithItsPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("x.warc"), "no archive at all\r\n\r\n");
    assertThrows(
        FormatException.class,
        () -> {
          try (WebArchive archive = WebArchive.open(file, LIMIT, url -> true)) {
            all(archive);
          }
        });
  }

  @Test
  void sitemapsAreFollowed() throws IOException {
    try (LoopbackSite site = LoopbackSite.start();
        Transport transport = LoopbackSite.transport("*")) {
      String base = site.url("").toString();
      site.on(
          "/robots.txt",
          e ->
              LoopbackSite.send(
                  e,
                  200,
                  "text/plain",
                  "Sitemap: " + base + "/index.xml\nUser-agent: *\nDisallow: /"));
      site.on(
          "/index.xml",
          e ->
              LoopbackSite.send(
                  e,
                  200,
                  "application/xml",
                  """
                  <?xml version="1.0" encoding="UTF-8"?>
                  <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
                  <sitemap><loc>%1$s/one.xml.gz</loc></sitemap>
                  <sitemap><loc>%1$s/missing.xml</loc></sitemap>
                  <sitemap><loc>%1$s/cut.xml.gz</loc></sitemap>
                  <sitemap><loc>%1$s/two.txt</loc></sitemap></sitemapindex>
                  """
                      .formatted(base)));
      byte[] packed =
          gzip(
              """
              <?xml version="1.0" encoding="UTF-8"?>
              <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
              <url><loc>%1$s/b</loc><lastmod>2026-01-01</lastmod></url>
              <url><loc>%1$s/a?x=1&amp;y=2</loc></url><url><loc>http://other.org/c</loc></url>
              </urlset>
              """
                  .formatted(base));
      site.on("/one.xml.gz", e -> LoopbackSite.send(e, 200, "application/gzip", packed));
      byte[] cut = Arrays.copyOf(packed, packed.length / 2);
      site.on("/cut.xml.gz", e -> LoopbackSite.send(e, 200, "application/gzip", cut));
      site.on(
          "/two.txt", e -> LoopbackSite.send(e, 200, "text/plain", base + "/d\n" + base + "/b\n"));
      FetchOptions standard = FetchOptions.STANDARD;
      FetchOptions quick =
          new FetchOptions(
              Duration.ZERO,
              standard.longestDelay(),
              1,
              0,
              standard.backOff(),
              standard.longestPause(),
              standard.patience(),
              standard.timeout(),
              standard.maxBytes(),
              standard.maxAge(),
              false,
              true,
              true,
              false);
      Fetcher fetcher = new Fetcher(transport, PageCache.open(folder), quick);
      Sitemaps.Listing listing =
          Sitemaps.read(
              fetcher,
              site.url("/"),
              new Sitemaps.Limits(100, 100),
              url -> String.valueOf(url.getHost()).equals("127.0.0.1"),
              Progress.NONE);
      assertEquals(
          List.of(site.url("/b"), site.url("/a?x=1&y=2"), site.url("/d")), listing.pages());
      assertEquals(
          List.of(
              new Found.Nothing(base + "/missing.xml", Refusal.NOT_FOUND, "status 404"),
              new Found.Nothing(base + "/cut.xml.gz", Refusal.UNREADABLE, "it is no sitemap")),
          listing.failures());
      assertFalse(listing.morePages() || listing.moreSitemaps());
      Sitemaps.Listing two = read(fetcher, site.url("/index.xml"), new Sitemaps.Limits(2, 100));
      assertEquals(List.of(site.url("/b"), site.url("/a?x=1&y=2")), two.pages());
      assertTrue(two.morePages());
      // The index, the first of its sitemaps, and one that is missing.
      Sitemaps.Listing three = read(fetcher, site.url("/index.xml"), new Sitemaps.Limits(100, 3));
      assertEquals(3, three.pages().size());
      assertEquals(1, three.failures().size());
      assertTrue(three.moreSitemaps() && !three.morePages());
      Sitemaps.Listing all = read(fetcher, site.url("/index.xml"), new Sitemaps.Limits(100, 5));
      assertEquals(4, all.pages().size());
      assertFalse(all.moreSitemaps());
      assertThrows(
          SourceException.class,
          () -> read(fetcher, site.url("/nothing.xml"), new Sitemaps.Limits(9, 9)));
    }
  }

  private static Sitemaps.Listing read(Fetcher fetcher, URI url, Sitemaps.Limits limits)
      throws IOException {
    return Sitemaps.read(fetcher, url, limits, _ -> true, Progress.NONE);
  }

  @Test
  void aSiteWhoseRobotsCannotBeReadIsNotTakenForOneWithoutSitemaps() throws IOException {
    try (LoopbackSite site = LoopbackSite.start();
        Transport transport = LoopbackSite.transport("127.0.0.1")) {
      site.on("/robots.txt", e -> LoopbackSite.send(e, 503, "text/html", "no"));
      FetchOptions once = FetchOptions.STANDARD.withRetries(0);
      Fetcher fetcher = new Fetcher(transport, PageCache.open(folder), once);
      SourceException failure =
          assertThrows(
              SourceException.class, () -> read(fetcher, site.url("/"), new Sitemaps.Limits(9, 9)));
      assertEquals(
          site.url("/") + ": robots.txt could not be read: the server failed: status 503",
          failure.getMessage());
      assertEquals(Refusal.ROBOTS_UNAVAILABLE, failure.why());
      assertEquals(List.of("/robots.txt"), site.paths());
    }
  }

  @Test
  void markdownHasItsTitleInFrontOrAsHeading() {
    assertEquals(
        "Start here",
        TextPages.markdown("---\ntitle: \"Start here\"\nlayout: x\n---\n\n# Other\n", "f").title());
    assertEquals("# Other", TextPages.markdown("---\ntitle: x\n---\n\n# Other\n", "f").markdown());
    assertEquals("Heading", TextPages.markdown("text\r\n\r\n# Heading #\r\n", "f").title());
    assertEquals("f.md", TextPages.markdown("text\n---\nmore", "f.md").title());
    assertEquals("T", TextPages.markdown("```sh\n# install\n```\n\n# T\n", "f").title());
    assertEquals("T", TextPages.markdown("~~~~\n# a\n~~~\n# b\n~~~~\n## T\n", "f").title());
    assertEquals("T", TextPages.markdown("```no``` fence\n\n# T\n```\n# c", "f").title());
    assertEquals("f", TextPages.markdown("```\n# never closed\n", "f").title());
  }
}
