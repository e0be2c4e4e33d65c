package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.crawl.LoopbackSite;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.http.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FetcherTest {
  /// What is asked before the first page, but robots.txt, is ReservationsTest's.
  private static final FetchOptions OPTIONS = FetchOptions.STANDARD.withRespectOptOuts(false);

  /// What stands in front of a site to keep programs out.
  private static final String CHECK =
      """
      <html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and
      cookies to continue</noscript><script>window._cf_chl_opt = {};
      a.src = '/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1';</script></body></html>
      """;

  @TempDir Path folder;
  private final LoopbackSite site = LoopbackSite.start();
  private final FakeTime time = new FakeTime();
  private final Transport transport = LoopbackSite.transport("127.0.0.1:" + site.port());

  @AfterEach
  void close() {
    transport.close();
    site.close();
  }

  private Fetcher fetcher(FetchOptions options) throws IOException {
    return new Fetcher(
        transport, PageCache.open(folder.resolve("cache")), options, time, time::instant);
  }

  private FetchResult fetch(String path) throws IOException {
    return fetcher(OPTIONS).fetch(site.url(path));
  }

  private static String text(Fetcher fetcher, FetchResult result) throws IOException {
    Fetched fetched = assertInstanceOf(Fetched.class, result, result::toString);
    return new String(fetcher.read(fetched.page()).orElseThrow(), StandardCharsets.UTF_8);
  }

  @Test
  void aPageIsFetchedOnce() throws IOException {
    site.page("/a", "<p>one</p>");
    assertEquals("<p>one</p>", text(fetcher(OPTIONS), fetch("/a")));
    time.pass(Duration.ofHours(23));
    Fetcher second = fetcher(OPTIONS);
    FetchResult again = second.fetch(site.url("/a"));
    assertEquals("<p>one</p>", text(second, again));
    assertEquals(0, assertInstanceOf(Fetched.class, again).requests());
    assertEquals(List.of("/robots.txt", "/a"), site.paths());
    assertEquals(0, second.requests());
  }

  @Test
  void anOldPageIsAskedForWithItsTag() throws IOException {
    site.on(
        "/a",
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"v1\"");
          if ("\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
          } else {
            LoopbackSite.send(exchange, 200, "text/html", "tagged");
          }
        });
    Instant first = assertInstanceOf(Fetched.class, fetch("/a")).page().fetchedAt();
    time.pass(Duration.ofDays(2));
    Fetcher later = fetcher(OPTIONS);
    Fetched again = assertInstanceOf(Fetched.class, later.fetch(site.url("/a")));
    assertEquals("tagged", text(later, again));
    assertTrue(again.page().fetchedAt().isAfter(first));
    assertEquals("\"v1\"", site.asked().getLast().header("If-none-match"));
    assertEquals(2, site.count("/a"));
  }

  @Test
  void whatItsServerCallsFreshIsNotAskedFor() throws IOException {
    site.on(
        "/a",
        exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", "public, max-age=259200");
          LoopbackSite.send(exchange, 200, "text/html", "long lived");
        });
    fetch("/a");
    time.pass(Duration.ofDays(2));
    fetch("/a");
    assertEquals(1, site.count("/a"));
    time.pass(Duration.ofDays(2));
    fetch("/a");
    assertEquals(2, site.count("/a"));
  }

  @Test
  void aDamagedPageIsFetchedAgain() throws IOException {
    site.page("/a", "<p>whole</p>");
    fetch("/a");
    try (var files = Files.walk(folder.resolve("cache/bodies"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file).contains("whole")) {
          Files.writeString(file, "<p>wrong</p>");
        }
      }
    }
    assertEquals("<p>whole</p>", text(fetcher(OPTIONS), fetch("/a")));
    assertEquals(2, site.count("/a"));
  }

  @Test
  void withoutTheNetworkTheCacheIsAll() throws IOException {
    site.page("/a", "kept");
    fetch("/a");
    time.pass(Duration.ofDays(300));
    int before = site.asked().size();
    Fetcher offline = fetcher(OPTIONS.withOffline(true));
    assertEquals("kept", text(offline, offline.fetch(site.url("/a"))));
    assertEquals(new Refused(Refusal.NOT_CACHED, ""), offline.fetch(site.url("/b")));
    assertEquals(before, site.asked().size());
  }

  @Test
  void robotsAreObeyed() throws IOException {
    site.on(
        "/robots.txt",
        exchange ->
            LoopbackSite.send(
                exchange,
                200,
                "text/plain",
                """
                User-agent: *
                Disallow: /

                User-agent: Test
                Disallow: /private
                Allow: /private/open$
                Crawl-delay: 3
                """));
    site.page("/a", "a").page("/private/x", "x").page("/private/open", "open");
    Fetcher fetcher = fetcher(OPTIONS);
    assertEquals("a", text(fetcher, fetcher.fetch(site.url("/a"))));
    assertEquals(new Refused(Refusal.ROBOTS, ""), fetcher.fetch(site.url("/private/x")));
    assertEquals("open", text(fetcher, fetcher.fetch(site.url("/private/open"))));
    assertEquals(List.of("/robots.txt", "/a", "/private/open"), site.paths());
    assertEquals(List.of(Duration.ofSeconds(3), Duration.ofSeconds(3)), time.waits());
  }

  @Test
  void aLongCrawlDelayIsBounded() throws IOException {
    site.on(
        "/robots.txt",
        exchange ->
            LoopbackSite.send(exchange, 200, "text/plain", "User-agent: *\nCrawl-delay: 86400\n"));
    site.page("/a", "a");
    fetch("/a");
    assertEquals(List.of(Duration.ofSeconds(30)), time.waits());
  }

  @ParameterizedTest
  @CsvSource({"401", "403", "404", "410"})
  void withoutRobotsAllIsAllowed(int status) throws IOException {
    site.on("/robots.txt", exchange -> LoopbackSite.send(exchange, status, "text/html", "no"));
    site.page("/a", "a");
    assertEquals("a", text(fetcher(OPTIONS), fetch("/a")));
  }

  @Test
  void robotsThatCannotBeReadForbidAll() throws IOException {
    site.on("/robots.txt", exchange -> LoopbackSite.send(exchange, 503, "text/html", "no"));
    site.page("/a", "a");
    assertEquals(
        new Refused(Refusal.ROBOTS_UNAVAILABLE, "the server failed: status 503, 4 times"),
        fetch("/a"));
    assertEquals(0, site.count("/a"));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 403, 429, 503})
  void aCheckForHumansInTheirPlaceForbidsAll(int status) throws IOException {
    site.on("/robots.txt", exchange -> LoopbackSite.send(exchange, status, "text/html", CHECK));
    site.page("/a", "a");
    Refused refused =
        new Refused(
            Refusal.ROBOTS_UNAVAILABLE, "a check for humans came in its place: status " + status);
    assertEquals(refused, fetch("/a"));
    assertEquals(refused, fetch("/a"));
    assertEquals(List.of("/robots.txt"), site.paths());
    Fetcher careless = fetcher(ignoringRobots());
    assertEquals("a", text(careless, careless.fetch(site.url("/a"))));
  }

  private static FetchOptions ignoringRobots() {
    return new FetchOptions(
        OPTIONS.delay(),
        OPTIONS.longestDelay(),
        OPTIONS.perHost(),
        OPTIONS.retries(),
        OPTIONS.backOff(),
        OPTIONS.longestPause(),
        OPTIONS.patience(),
        OPTIONS.timeout(),
        OPTIONS.maxBytes(),
        OPTIONS.maxAge(),
        OPTIONS.retryFailed(),
        false,
        OPTIONS.respectOptOuts(),
        OPTIONS.offline());
  }

  /// What a run that takes hours does, and what the next one does.
  @Test
  void robotsThatCouldNotBeReadAreAskedForAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    site.on(
        "/robots.txt",
        exchange -> {
          int status = asked.incrementAndGet() <= 4 ? 500 : 404;
          LoopbackSite.send(exchange, status, "text/html", "no");
        });
    site.page("/a", "a");
    Fetcher fetcher = fetcher(OPTIONS);
    Refused refused =
        new Refused(Refusal.ROBOTS_UNAVAILABLE, "the server failed: status 500, 4 times");
    assertEquals(refused, fetcher.fetch(site.url("/a")));
    assertEquals(refused, fetch("/a"));
    assertEquals(4, asked.get());
    Fetcher eager = fetcher(OPTIONS.withRetryFailed(true));
    assertEquals("a", text(eager, eager.fetch(site.url("/a"))));
    time.pass(Duration.ofMinutes(61));
    assertEquals("a", text(fetcher, fetcher.fetch(site.url("/a"))));
  }

  /// The page that was fetched while there were rules is in the cache; it is not used against them.
  @Test
  void earlierRulesDoNotOpenAHostWhoseRobotsCannotBeRead() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    site.on(
        "/robots.txt",
        exchange -> {
          int status = asked.incrementAndGet() == 1 ? 200 : 503;
          LoopbackSite.send(exchange, status, "text/plain", "User-agent: *\nAllow: /\n");
        });
    site.page("/a", "a");
    assertEquals("a", text(fetcher(OPTIONS), fetch("/a")));
    time.pass(Duration.ofHours(25));
    assertEquals(Refusal.ROBOTS_UNAVAILABLE, assertInstanceOf(Refused.class, fetch("/a")).why());
  }

  @Test
  void aRedirectIsCheckedAtEachStep() throws IOException {
    site.on(
        "/robots.txt",
        exchange ->
            LoopbackSite.send(exchange, 200, "text/plain", "User-agent: *\nDisallow: /no\n"));
    redirect("/ok", "/target");
    redirect("/forbidden", "/no/entry");
    redirect("/inside", "http://localhost:" + site.port() + "/target");
    redirect("/file", "file:///etc/passwd");
    redirect("/round", "/about");
    redirect("/about", "/round");
    site.page("/target", "found");
    Fetcher fetcher = fetcher(OPTIONS);
    FetchResult found = fetcher.fetch(site.url("/ok"));
    assertEquals("found", text(fetcher, found));
    assertEquals(site.url("/target"), assertInstanceOf(Fetched.class, found).url());
    assertEquals(
        new Refused(Refusal.ROBOTS, "after a redirect to " + site.url("/no/entry")),
        fetcher.fetch(site.url("/forbidden")));
    Refused inside = assertInstanceOf(Refused.class, fetcher.fetch(site.url("/inside")));
    assertEquals(Refusal.PRIVATE_ADDRESS, inside.why());
    assertEquals(
        Refusal.REDIRECTS, assertInstanceOf(Refused.class, fetcher.fetch(site.url("/file"))).why());
    assertEquals(
        new Refused(Refusal.REDIRECTS, "they come back to " + site.url("/round")),
        fetcher.fetch(site.url("/round")));
    assertEquals(1, site.count("/target"));
  }

  private void redirect(String from, String to) {
    site.on(
        from,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          exchange.sendResponseHeaders(302, -1);
        });
  }

  @Test
  void aPageThatOnlySaysWhereItHasMovedIsARedirect() throws IOException {
    site.on(
        "/robots.txt",
        exchange ->
            LoopbackSite.send(exchange, 200, "text/plain", "User-agent: *\nDisallow: /no\n"));
    String moved =
        "<title>Moved</title><meta http-equiv=\"Refresh\" content=\"%s\"><a href=x>here</a>";
    site.page("/old", moved.formatted("0; url='/new'"));
    site.page("/closed", moved.formatted("0;URL=/no/entry"));
    site.page("/itself", moved.formatted("5; url=/itself"));
    site.page("/again", moved.formatted("5"));
    site.page("/later", moved.formatted("300; url=/new"));
    site.page("/mail", moved.formatted("0; url=mailto:a@example.org"));
    site.page(
        "/scriptless", "<noscript><meta http-equiv=refresh content='0; url=/new'></noscript>");
    site.page("/article", moved.formatted("0; url=/new") + "<p>" + "words ".repeat(200));
    site.page("/new", "new");
    Fetcher fetcher = fetcher(OPTIONS);
    FetchResult found = fetcher.fetch(site.url("/old"));
    assertEquals("new", text(fetcher, found));
    assertEquals(site.url("/new"), assertInstanceOf(Fetched.class, found).url());
    assertEquals(
        new Refused(Refusal.ROBOTS, "after a redirect to " + site.url("/no/entry")),
        fetcher.fetch(site.url("/closed")));
    for (String path : List.of("/itself", "/again", "/later", "/mail", "/scriptless", "/article")) {
      Fetched itself = assertInstanceOf(Fetched.class, fetcher.fetch(site.url(path)), path);
      assertEquals(site.url(path), itself.url());
    }
    assertEquals(1, site.count("/new"));
  }

  @Test
  void whatMayBeFetchedMayStillNotBeLearnedFrom() throws IOException {
    site.on(
        "/robots.txt",
        exchange ->
            LoopbackSite.send(
                exchange,
                200,
                "text/plain",
                "User-agent: *\nContent-Usage: /kept/ train-ai=n\nAllow: /\n"));
    site.page("/a", "a").page("/kept/b", "b");
    Fetcher fetcher = fetcher(FetchOptions.STANDARD);
    assertEquals("a", text(fetcher, fetcher.fetch(site.url("/a"))));
    assertEquals(
        new Refused(Refusal.OPTED_OUT, "robots.txt, no training of models"),
        fetcher.fetch(site.url("/kept/b")));
    assertEquals(0, site.count("/kept/b"));
    assertEquals("b", text(fetcher, fetch("/kept/b")));
  }

  @Test
  void aPageThatWasDeniedIsAskedForAgainAfterAnHour() throws IOException {
    site.on("/a", exchange -> LoopbackSite.send(exchange, 403, "text/html", "no"));
    Refused denied = new Refused(Refusal.DENIED, "status 403");
    assertEquals(denied, fetch("/a"));
    time.pass(Duration.ofMinutes(59));
    assertEquals(denied, fetch("/a"));
    assertEquals(1, site.count("/a"));
    assertEquals(denied, fetcher(OPTIONS.withRetryFailed(true)).fetch(site.url("/a")));
    assertEquals(2, site.count("/a"));
    time.pass(Duration.ofMinutes(61));
    assertEquals(denied, fetch("/a"));
    assertEquals(3, site.count("/a"));
  }

  @Test
  void aBurstOfErrorsIsWaitedOut() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    site.on(
        "/a",
        exchange -> {
          if (asked.incrementAndGet() < 3) {
            LoopbackSite.send(exchange, 502, "text/html", "later");
          } else {
            LoopbackSite.send(exchange, 200, "text/html", "now");
          }
        });
    assertEquals("now", text(fetcher(OPTIONS), fetch("/a")));
    assertEquals(
        List.of(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2)),
        time.waits());
  }

  @Test
  void aServerSaysHowLongToWait() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    site.on(
        "/a",
        exchange -> {
          if (asked.incrementAndGet() == 1) {
            exchange.getResponseHeaders().set("Retry-After", "17");
            LoopbackSite.send(exchange, 429, "text/html", "slowly");
          } else {
            LoopbackSite.send(exchange, 200, "text/html", "now");
          }
        });
    assertEquals("now", text(fetcher(OPTIONS), fetch("/a")));
    assertTrue(time.waits().contains(Duration.ofSeconds(17)), time.waits()::toString);
  }

  @Test
  void aServerThatWantsAnHourIsGivenUp() throws IOException {
    site.on(
        "/a",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "3600");
          LoopbackSite.send(exchange, 503, "text/html", "closed");
        });
    site.page("/b", "b");
    Fetcher fetcher = fetcher(OPTIONS);
    Refused expected = new Refused(Refusal.HOST_GIVEN_UP, "asked to be left alone for 1 h 00 min");
    assertEquals(expected, fetcher.fetch(site.url("/a")));
    assertEquals(expected, fetcher.fetch(site.url("/b")));
    assertEquals(1, site.count("/a"));
    assertEquals(0, site.count("/b"));
  }

  @Test
  void aFailedPageIsLeftAloneForAnHour() throws IOException {
    site.on("/a", exchange -> LoopbackSite.send(exchange, 500, "text/html", "broken"));
    Refused refused = new Refused(Refusal.SERVER_ERROR, "status 500, 4 times");
    assertEquals(refused, fetch("/a"));
    assertEquals(refused, fetch("/a"));
    assertEquals(4, site.count("/a"));
    Fetcher eager = fetcher(OPTIONS.withRetryFailed(true));
    assertEquals(refused, eager.fetch(site.url("/a")));
    assertEquals(8, site.count("/a"));
    time.pass(Duration.ofMinutes(61));
    fetch("/a");
    assertEquals(12, site.count("/a"));
  }

  @Test
  void aHostWhosePagesAllFailIsGivenUp() throws IOException {
    List<Refusal> outcomes = new ArrayList<>();
    Fetcher fetcher = fetcher(OPTIONS);
    for (int i = 0; i < 8; i++) {
      String path = "/p" + i;
      site.on(path, exchange -> LoopbackSite.send(exchange, 500, "text/html", "broken"));
      outcomes.add(assertInstanceOf(Refused.class, fetcher.fetch(site.url(path))).why());
    }
    Refusal failed = Refusal.SERVER_ERROR;
    Refusal given = Refusal.HOST_GIVEN_UP;
    assertEquals(List.of(failed, failed, failed, failed, failed, given, given, given), outcomes);
    assertEquals(1 + 5 * 4, site.asked().size());
  }

  @ParameterizedTest
  @CsvSource({
    "404, text/html, NOT_FOUND, status 404",
    "410, text/html, NOT_FOUND, status 410",
    "401, text/html, DENIED, status 401",
    "451, text/html, DENIED, status 451",
    "200, image/png, TYPE, image/png",
    "200, application/json, TYPE, application/json"
  })
  void answersThatAreNoPages(int status, String type, Refusal why, String detail)
      throws IOException {
    site.on("/a", exchange -> LoopbackSite.send(exchange, status, type, "x"));
    assertEquals(new Refused(why, detail), fetch("/a"));
    assertEquals(new Refused(why, detail), fetch("/a"));
    assertEquals(1, site.count("/a"));
  }

  @Test
  void challengesAreNotPages() throws IOException {
    site.on("/a", exchange -> LoopbackSite.send(exchange, 403, "text/html", CHECK));
    site.on("/b", exchange -> LoopbackSite.send(exchange, 503, "text/html", CHECK));
    assertEquals(new Refused(Refusal.CHALLENGE, "status 403"), fetch("/a"));
    assertEquals(new Refused(Refusal.CHALLENGE, "status 503"), fetch("/b"));
    assertEquals(List.of("/robots.txt", "/a", "/b"), site.paths());
  }

  @Test
  void aHostWithoutAnAddressIsGivenUp() throws IOException {
    Fetcher fetcher = fetcher(OPTIONS);
    URI url = URI.create("http://no-such-host.invalid/");
    Refused refused = assertInstanceOf(Refused.class, fetcher.fetch(url));
    assertEquals(new Refused(Refusal.UNREACHABLE, "no address for no-such-host.invalid"), refused);
  }

  @Test
  void sitemapsOfRobotsAreKnown() throws IOException {
    site.on(
        "/robots.txt",
        exchange ->
            LoopbackSite.send(
                exchange, 200, "text/plain", "Sitemap: http://a.org/1.xml\nSitemap: /2.xml\n"));
    assertEquals(
        List.of("http://a.org/1.xml", site.url("/2.xml").toString()),
        fetcher(OPTIONS).sitemaps(site.url("/")));
  }

  @Test
  void aSitemapIsFetchedAtThePaceOfItsHost() throws IOException {
    site.on(
        "/robots.txt",
        exchange ->
            LoopbackSite.send(
                exchange, 200, "text/plain", "User-agent: *\nDisallow: /\nCrawl-delay: 7\n"));
    site.on("/s.xml", exchange -> LoopbackSite.send(exchange, 200, "application/xml", "<urlset/>"));
    assertInstanceOf(Fetched.class, fetcher(OPTIONS).fetchSitemap(site.url("/s.xml")));
    assertEquals(List.of("/robots.txt", "/s.xml"), site.paths());
    assertEquals(List.of(Duration.ofSeconds(7)), time.waits());
  }

  @Test
  void aHostHasOnePaceOnAllItsPorts() throws IOException {
    try (LoopbackSite other = LoopbackSite.start();
        Transport both = LoopbackSite.transport("127.0.0.1")) {
      site.page("/a", "a");
      other.page("/b", "b");
      Fetcher fetcher =
          new Fetcher(both, PageCache.open(folder.resolve("cache")), OPTIONS, time, time::instant);
      assertEquals("a", text(fetcher, fetcher.fetch(site.url("/a"))));
      assertEquals("b", text(fetcher, fetcher.fetch(other.url("/b"))));
      assertEquals(List.of("/robots.txt", "/b"), other.paths());
      Duration pause = Duration.ofMillis(500);
      assertEquals(List.of(pause, pause, pause), time.waits());
    }
  }

  @Test
  void ourOwnPausesNeverGiveAHostUp() throws IOException {
    site.on("/a", exchange -> LoopbackSite.send(exchange, 500, "text/html", "broken"));
    site.page("/b", "b");
    Fetcher fetcher = fetcher(OPTIONS.withRetries(9));
    assertEquals(
        new Refused(Refusal.SERVER_ERROR, "status 500, 10 times"), fetcher.fetch(site.url("/a")));
    assertEquals("b", text(fetcher, fetcher.fetch(site.url("/b"))));
    assertEquals(
        List.of(1, 2, 4, 8, 16, 32, 64, 120, 120),
        time.waits().subList(1, 10).stream().map(Duration::toSeconds).map(Long::intValue).toList());
  }

  @Test
  void aRedirectThatLeavesWhatIsWantedIsNotFollowed() throws IOException {
    redirect("/moved", "http://other.example/page");
    redirect("/near", "/page");
    site.page("/page", "here");
    Fetcher fetcher = fetcher(OPTIONS);
    Predicate<URI> wanted = url -> String.valueOf(url.getHost()).equals("127.0.0.1");
    assertEquals(
        new Refused(Refusal.ELSEWHERE, "after a redirect to http://other.example/page"),
        fetcher.fetch(site.url("/moved"), wanted));
    assertEquals("here", text(fetcher, fetcher.fetch(site.url("/near"), wanted)));
    assertEquals(
        new Refused(Refusal.ELSEWHERE, ""),
        fetcher.fetch(URI.create("http://other.example/"), wanted));
  }
}
