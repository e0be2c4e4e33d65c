package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.tests.LocalWeb.Visit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train data` against a web of its own: what becomes a document, and how its hosts are asked.
final class TrainDataTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path temporary;
  private WebCrawl crawl;

  @BeforeEach
  void open() throws IOException {
    crawl = new WebCrawl(temporary);
  }

  @AfterEach
  void close() {
    crawl.close();
  }

  /// At least 200 pages of all kinds on twelve hosts.
  private void build() throws IOException {
    for (int host = 0; host < 6; host++) {
      for (int i = 0; i < 32; i++) {
        crawl.document("site%d.example/p%d.html".formatted(host, i));
      }
    }
    kitPages();
    crawl.robots("polite.example", "User-agent: *\nDisallow: /secret\nCrawl-delay: 0.2\n");
    for (int i = 0; i < 6; i++) {
      crawl.document("polite.example/p" + i);
    }
    crawl.web().page("polite.example/secret/x", WebCrawl.page("forbidden"));
    crawl.list("polite.example/secret/x");
    trouble();
    charsets();
  }

  /// Real pages, where they are.
  private void kitPages() throws IOException {
    Path kit = Project.ROOT.resolveSibling("shared").resolve("extraction/docs/html");
    if (!Files.isDirectory(kit)) {
      return;
    }
    try (Stream<Path> files = Files.list(kit)) {
      for (Path file : files.sorted().toList()) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
          String place = "kit.example/" + file.getFileName().toString().replace(".gz", "");
          crawl.web().page(place, "text/html; charset=utf-8", in.readAllBytes());
          crawl.list(place, "");
        }
      }
    }
  }

  private void trouble() {
    // Moved, and the place it moved to is listed as well: one document.
    crawl.web().redirect("moved.example/old", "/new");
    crawl.list("moved.example/old");
    crawl.document("moved.example/new");
    crawl
        .web()
        .redirect("moved.example/inside", "http://127.0.0.1:" + crawl.web().port() + "/admin");
    crawl.web().page("127.0.0.1/admin", WebCrawl.page("insidejob"));
    crawl.list("moved.example/inside");
    crawl.web().redirect("moved.example/round", "/round");
    crawl.list("moved.example/round");
    for (int i = 0; i < 3; i++) {
      String place = "burst.example/p" + i;
      crawl.document(place);
      AtomicInteger asked = new AtomicInteger();
      String text = WebCrawl.page("mark" + place.replaceAll("[^a-z0-9]", ""));
      crawl
          .web()
          .on(
              place,
              e -> {
                if (asked.incrementAndGet() == 1) {
                  LocalWeb.send(e, 503, "text/html", "busy");
                } else {
                  LocalWeb.send(e, 200, "text/html", text);
                }
              });
    }
    for (String name : List.of("p", "q")) {
      String place = "slow.example/" + name;
      crawl.document(place);
      String text = WebCrawl.page("markslowexample" + name);
      crawl
          .web()
          .on(
              place,
              e -> {
                LocalWeb.pause(Duration.ofMillis(1200));
                LocalWeb.send(e, 200, "text/html", text);
              });
    }
    crawl
        .web()
        .on(
            "tar.example/pit",
            e -> {
              e.getResponseHeaders().set("Content-Type", "text/html");
              e.sendResponseHeaders(200, 0);
              for (int i = 0; i < 6000; i++) {
                e.getResponseBody().write('<');
                e.getResponseBody().flush();
                LocalWeb.pause(Duration.ofMillis(100));
              }
            });
    crawl.list("tar.example/pit");
    crawl
        .web()
        .on(
            "big.example/stream",
            e -> {
              e.getResponseHeaders().set("Content-Type", "text/html");
              e.sendResponseHeaders(200, 0);
              byte[] piece =
                  "<p>two gigabytes of this </p>\n".repeat(2000).getBytes(StandardCharsets.UTF_8);
              for (long sent = 0; sent < 2L << 30; sent += piece.length) {
                e.getResponseBody().write(piece);
              }
            });
    crawl.list("big.example/stream");
    crawl
        .web()
        .on(
            "optout.example/head",
            e -> {
              e.getResponseHeaders().set("X-Robots-Tag", "noai");
              LocalWeb.send(e, 200, "text/html", WebCrawl.page("optedout"));
            });
    crawl.list("optout.example/head");
    crawl
        .web()
        .page(
            "optout.example/meta",
            WebCrawl.page("optedout")
                .replace("<title>", "<meta name=robots content=noindex><title>"));
    crawl.list("optout.example/meta");
    crawl
        .web()
        .page(
            "odd.example/app",
            "<html><head><title>App</title></head><body><div id=root></div><script"
                + " src=a.js></script>");
    crawl.list("odd.example/app");
    crawl
        .web()
        .page(
            "odd.example/doc.pdf", "application/pdf", "%PDF-1.7".getBytes(StandardCharsets.UTF_8));
    crawl.list("odd.example/doc.pdf");
    crawl.web().page("odd.example/manual.pdf", "application/pdf", WebCrawl.manual("markpdf"));
    crawl.list("odd.example/manual.pdf", "markpdf");
    crawl.reserve("reserved.example", "/kept/");
    crawl.document("reserved.example/free");
    crawl.web().page("reserved.example/kept/p", WebCrawl.page("optedout"));
    crawl.list("reserved.example/kept/p");
    crawl.list("odd.example/missing");
  }

  private void charsets() {
    Map<String, String> texts = new HashMap<>();
    texts.put("windows-1252", "Größenwahn überall: „Straße“ für 5 €, ");
    texts.put("KOI8-R", "Обыкновенный русский текст о библиотеке, ");
    texts.put("EUC-JP", "これは日本語で書かれた説明です。部品の使い方を詳しく述べます。");
    texts.forEach(
        (charset, text) -> {
          String place = "charset.example/" + charset.toLowerCase(java.util.Locale.ROOT);
          String html =
              WebCrawl.html(
                      "About " + charset,
                      (text + WebCrawl.WORDS.formatted(charset, "all")).repeat(2))
                  .replace("<title>", "<meta charset=%s><title>".formatted(charset));
          crawl.web().page(place, "text/html", html.getBytes(Charset.forName(charset)));
          crawl.list(place, text.strip());
        });
  }

  @Test
  void aWholeWebBecomesExactlyItsDataset() throws IOException {
    build();
    crawl.timeout(Duration.ofSeconds(15));
    assertTrue(crawl.urls().size() >= 200, "pages: " + crawl.urls().size());
    Result result = crawl.run("web.jsonl");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(
        crawl.expectedInOrder(), new ArrayList<>(crawl.sources("web.jsonl")), result.stdout());
    String all = Files.readString(crawl.folder().resolve("web.jsonl"));
    crawl.expected().forEach((url, mark) -> assertTrue(all.contains(mark), url + ": " + mark));
    assertFalse(all.contains("forbidden"), "what robots.txt forbids");
    assertFalse(all.contains("insidejob"), "what only this machine can reach");
    assertFalse(all.contains("optedout"), "what its owner does not want used");
    JsonNode outcomes = crawl.report("web.report.json").path("outcomes");
    Map<String, Integer> counts = new TreeMap<>();
    outcomes.properties().forEach(e -> counts.put(e.getKey(), e.getValue().asInt()));
    counts.remove("document");
    assertEquals(
        Map.of(
            "duplicate", 1,
            "not_found", 1,
            "opted_out", 3,
            "private_address", 1,
            "redirects", 1,
            "robots", 1,
            "script_rendered", 1,
            "too_large", 1,
            "too_slow", 1,
            "unreadable", 1),
        counts);
    assertPolite();
    crawl.web().forget();
    Result again = crawl.run("again.jsonl");
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(List.of(), crawl.web().visits().stream().map(Visit::place).toList());
    assertEquals(
        -1,
        Files.mismatch(crawl.folder().resolve("web.jsonl"), crawl.folder().resolve("again.jsonl")));
    Result check = crawl.cp().run("train", "check", "web.jsonl");
    assertEquals(0, check.exitCode(), check.stdout() + check.stderr());
  }

  /// As its servers saw it: robots.txt before all else, one request at a time, and time between.
  /// A request begins before its server sees it, and after the answer to the one before. So between
  /// an answer and a request later on there is the delay once for each request between them,
  /// however late a busy machine notes what.
  private void assertPolite() {
    Map<String, List<Visit>> hosts = new HashMap<>();
    for (Visit visit : crawl.web().visits()) {
      assertTrue(visit.agent().contains("computepool"), visit::agent);
      hosts.computeIfAbsent(visit.host(), _ -> new ArrayList<>()).add(visit);
    }
    assertFalse(hosts.containsKey("127.0.0.1"), "the address was not connected to");
    hosts.forEach(
        (host, visits) -> {
          visits.sort(Comparator.comparingLong(Visit::from));
          assertEquals("/robots.txt", visits.getFirst().path(), host);
          assertEquals(
              1, visits.stream().filter(v -> v.path().equals("/robots.txt")).count(), host);
          assertTrue(
              visits.stream().filter(v -> v.path().equals(WebCrawl.TDM_FILE)).count() <= 1, host);
          assertFalse(visits.stream().anyMatch(v -> v.path().startsWith("/kept")), host);
          assertFalse(visits.stream().anyMatch(v -> v.path().startsWith("/secret")), host);
          long least = host.equals("polite.example") ? 200 : WebCrawl.DELAY.toMillis();
          for (int i = 1; i < visits.size(); i++) {
            for (int j = 0; j < i; j++) {
              long millis = (visits.get(i).from() - visits.get(j).to()) / 1_000_000;
              assertTrue(
                  millis >= (i - j - 1) * least,
                  "%s: %d ms from answer %d to request %d".formatted(host, millis, j, i));
            }
          }
        });
  }

  @Test
  void aDryRunAsksOnlyWhatMayBeFetched() throws IOException {
    crawl.document("site.example/a");
    crawl.robots("site.example", "User-agent: *\nDisallow: /b\n");
    crawl.list("site.example/b");
    crawl.reserve("site.example", "/c");
    crawl.list("site.example/c");
    Result result = crawl.run("out.jsonl", "--dry-run", "--json");
    assertEquals(0, result.exitCode(), result.stderr());
    JsonNode pages = JSON.readTree(result.stdout()).path("pages");
    assertEquals("fetch", pages.at("/0/state").asText());
    assertEquals("forbidden", pages.at("/1/state").asText());
    assertEquals("forbidden", pages.at("/2/state").asText());
    assertEquals(
        List.of("/robots.txt", WebCrawl.TDM_FILE),
        crawl.web().visits().stream().map(Visit::path).toList());
    assertFalse(Files.exists(crawl.folder().resolve("out.jsonl")));
  }

  /// A site whose robots.txt nobody can read may forbid everything, and a check for humans in its
  /// place tells no more than an error of the server.
  @Test
  void whereRobotsCannotBeReadNothingIsFetched() throws IOException {
    crawl.document("open.example/a");
    crawl.list("down.example/a");
    crawl.list("down.example/b");
    crawl.fails("down.example/robots.txt");
    crawl.list("walled.example/a");
    crawl
        .web()
        .on(
            "walled.example/robots.txt",
            e -> LocalWeb.send(e, 200, "text/html", "<script>window._cf_chl_opt={}</script>wait"));
    Result result = crawl.run("out.jsonl", "--retries", "0");
    assertEquals(0, result.exitCode(), result.stderr());
    assertTrue(
        result.stderr().contains("warning: 3 pages not asked for: the robots.txt of their hosts"),
        result.stderr());
    assertEquals(3, crawl.report("out.report.json").at("/outcomes/robots_unavailable").asInt());
    assertEquals(1, crawl.sources("out.jsonl").size());
    // Nothing was asked of the two hosts but the file itself, and that once.
    assertEquals(
        List.of("/robots.txt", "/robots.txt"),
        crawl.web().visits().stream()
            .filter(v -> v.host().startsWith("down.") || v.host().startsWith("walled."))
            .map(Visit::path)
            .toList());
    // The server is well again: at once with the flag that is named.
    crawl.robots("down.example", "User-agent: *\nAllow: /\n");
    crawl.web().page("down.example/a", WebCrawl.page("awake"));
    Result later = crawl.run("out.jsonl", "--retries", "0", "--retry-failed", "--force");
    assertEquals(0, later.exitCode(), later.stderr());
    assertEquals(2, crawl.sources("out.jsonl").size());
    assertEquals(1, crawl.report("out.report.json").at("/outcomes/robots_unavailable").asInt());
  }

  @Test
  void whenNothingCanBeFetchedAnotherTryMayHelp() throws IOException {
    crawl.list("down.example/a");
    crawl.fails("down.example/robots.txt");
    Result result = crawl.run("out.jsonl", "--retries", "0");
    assertEquals(6, result.exitCode(), result.stderr());
    assertTrue(
        result.stderr().contains("no page could be fetched; out.report.json says why"),
        result.stderr());
    // One that was there, and no use: no other try will help.
    crawl.web().page("empty.example/a", "<html><body></body></html>");
    crawl.list("empty.example/a");
    Result useless = crawl.run("out.jsonl", "--retries", "0", "--force");
    assertEquals(1, useless.exitCode(), useless.stderr());
    assertTrue(useless.stderr().contains("nothing came of it"), useless.stderr());
  }

  @Test
  void thisMachineIsNotReachedUnlessItIsNamed() throws IOException {
    crawl.web().page("127.0.0.1/a", WebCrawl.page("insidejob"));
    Files.writeString(crawl.folder().resolve("u.txt"), crawl.web().url("127.0.0.1/a") + "\n");
    Result result = crawl.cp().run("train", "data", "--urls", "u.txt", "--out", "o.jsonl");
    assertEquals(1, result.exitCode(), result.stderr());
    assertEquals(
        1, crawl.report("o.report.json").at("/outcomes/private_address").asInt(), result.stdout());
    assertEquals(List.of(), crawl.web().visits());
    assertFalse(Files.exists(crawl.folder().resolve("o.jsonl")));
  }

  @Test
  void withoutASourceTheUserIsToldWhichThereAre() {
    Result result = crawl.cp().run("train", "data", "--out", "o.jsonl");
    assertEquals(
        Result.failed(
            2,
            """
            error: no source of pages is named
            hint: --query searches the web; --urls, --sitemap, --warc, --path and --repo need no search
            """),
        result);
  }
}
