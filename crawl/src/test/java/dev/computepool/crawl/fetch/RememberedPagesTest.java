package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import dev.computepool.crawl.LoopbackSite;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.http.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the cache knows of a page after its server has said different things about it.
class RememberedPagesTest {
  private static final FetchOptions OPTIONS = FetchOptions.STANDARD.withRespectOptOuts(false);

  @TempDir Path folder;
  private final LoopbackSite site = LoopbackSite.start();
  private final FakeTime time = new FakeTime();
  private final AtomicInteger status = new AtomicInteger(200);
  private final Transport transport = LoopbackSite.transport("127.0.0.1");

  @AfterEach
  void close() {
    transport.close();
    site.close();
  }

  private Fetcher fetcher(FetchOptions options) throws IOException {
    return new Fetcher(
        transport, PageCache.open(folder.resolve("cache")), options, time, time::instant);
  }

  private String fetch(FetchOptions options, String path) throws IOException {
    Fetcher fetcher = fetcher(options);
    return outcome(fetcher, fetcher.fetch(site.url(path)));
  }

  /// The text of a page, or why there is none.
  private static String outcome(Fetcher fetcher, FetchResult result) throws IOException {
    return switch (result) {
      case Fetched(var _, CachedPage page, int _) ->
          new String(fetcher.read(page).orElseThrow(), StandardCharsets.UTF_8);
      case Refused(Refusal why, String _) -> why.name();
    };
  }

  private void tagged(HttpExchange exchange) throws IOException {
    if (status.get() != 200) {
      LoopbackSite.send(exchange, status.get(), "text/html", "not now");
      return;
    }
    exchange.getResponseHeaders().set("ETag", "\"v1\"");
    if ("\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
    } else {
      LoopbackSite.send(exchange, 200, "text/html", "tagged");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 403, 401, 429})
  void aFailureDoesNotTakeThePageThatWasThere(int failure) throws IOException {
    site.on("/a", this::tagged);
    assertEquals("tagged", fetch(OPTIONS, "/a"));
    time.pass(Duration.ofDays(2));
    status.set(failure);
    String refused = failure / 100 == 4 && failure != 429 ? "DENIED" : "SERVER_ERROR";
    assertEquals(refused, fetch(OPTIONS, "/a"));
    assertEquals(refused, fetch(OPTIONS.withRetryFailed(true), "/a"));
    assertEquals("tagged", fetch(OPTIONS.withOffline(true), "/a"));
    time.pass(Duration.ofDays(2));
    status.set(200);
    assertEquals("tagged", fetch(OPTIONS, "/a"));
    assertEquals("\"v1\"", site.asked().getLast().header("If-none-match"));
    assertEquals("tagged", fetch(OPTIONS, "/a"));
  }

  @Test
  void aPageThatIsGoneIsNotKept() throws IOException {
    site.on("/a", this::tagged);
    fetch(OPTIONS, "/a");
    time.pass(Duration.ofDays(2));
    status.set(410);
    assertEquals("NOT_FOUND", fetch(OPTIONS, "/a"));
    assertEquals("NOT_FOUND", fetch(OPTIONS.withOffline(true), "/a"));
  }

  @Test
  void aPageIsNotTakenForTheSitemapOfThatName() throws IOException {
    site.on("/map", exchange -> LoopbackSite.send(exchange, 200, "application/xml", "<urlset/>"));
    site.on("/late", exchange -> LoopbackSite.send(exchange, 200, "application/xml", "<urlset/>"));
    assertEquals("TYPE", fetch(OPTIONS, "/map"));
    Fetcher fetcher = fetcher(OPTIONS);
    assertEquals("<urlset/>", outcome(fetcher, fetcher.fetchSitemap(site.url("/map"))));
    assertEquals("<urlset/>", outcome(fetcher, fetcher.fetchSitemap(site.url("/late"))));
    assertEquals("TYPE", fetch(OPTIONS, "/late"));
    assertEquals("TYPE", fetch(OPTIONS, "/map"));
  }

  @Test
  void aPageThatTurnsOutToBeNoneIsNotRead() throws IOException {
    site.on(
        "/a",
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"v1\"");
          if (exchange.getRequestHeaders().getFirst("If-None-Match") == null) {
            LoopbackSite.send(exchange, 200, "text/html", "page");
          } else {
            exchange.getResponseHeaders().set("Content-Type", "image/svg+xml");
            exchange.sendResponseHeaders(304, -1);
          }
        });
    assertEquals("page", fetch(OPTIONS, "/a"));
    time.pass(Duration.ofDays(2));
    assertEquals("TYPE", fetch(OPTIONS, "/a"));
  }

  @Test
  void rulesAreReadAgainAfterADay() throws IOException {
    site.on(
        "/robots.txt",
        exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", "max-age=604800");
          LoopbackSite.send(exchange, 200, "text/plain", "User-agent: *\nDisallow: /no");
        });
    site.page("/a", "a");
    FetchOptions week = OPTIONS.withMaxAge(Duration.ofDays(7));
    Fetcher running = fetcher(week);
    running.fetch(site.url("/a"));
    time.pass(Duration.ofHours(23));
    running.fetch(site.url("/a"));
    fetch(week, "/a");
    assertEquals(List.of("/robots.txt", "/a"), site.paths());
    time.pass(Duration.ofHours(2));
    fetch(week, "/a");
    assertEquals(List.of("/robots.txt", "/a", "/robots.txt"), site.paths());
    time.pass(Duration.ofHours(25));
    running.fetch(site.url("/a"));
    assertEquals(List.of("/robots.txt", "/a", "/robots.txt", "/robots.txt"), site.paths());
    assertEquals("ROBOTS", fetch(week.withOffline(true), "/no"));
  }

  @Test
  void aRunThatGoesOnGivesUpTheHostThatTheFirstGaveUp() throws IOException {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      paths.add("/p" + i);
      site.on("/p" + i, exchange -> LoopbackSite.send(exchange, 500, "text/html", "broken"));
    }
    List<String> first = run(paths);
    List<String> second = run(paths);
    List<String> expected = new ArrayList<>(List.of("SERVER_ERROR", "SERVER_ERROR"));
    expected.addAll(List.of("SERVER_ERROR", "SERVER_ERROR", "SERVER_ERROR"));
    expected.addAll(List.of("HOST_GIVEN_UP", "HOST_GIVEN_UP"));
    assertEquals(expected, first);
    assertEquals(expected, second);
    assertEquals(1 + 5 * 4, site.asked().size());
  }

  @Test
  void aRunThatGoesOnGivesUpNoHostThatTheFirstDidNot() throws IOException {
    String challenge = "<title>Just a moment...</title><script>window._cf_chl_opt = {}</script>";
    for (int i = 0; i < 6; i++) {
      site.on("/bad" + i, exchange -> LoopbackSite.send(exchange, 500, "text/html", "broken"));
      site.on("/check" + i, exchange -> LoopbackSite.send(exchange, 403, "text/html", challenge));
    }
    site.page("/good", "good").page("/new", "new");
    List<String> paths =
        List.of(
            "/bad0", "/bad1", "/bad2", "/good", "/bad3", "/bad4", "/bad5", "/check0", "/check1");
    List<String> first = run(paths);
    // The first run was stopped before it got so far.
    List<String> further = new ArrayList<>(paths);
    further.add("/new");
    List<String> second = run(further);
    assertEquals(first, second.subList(0, paths.size()));
    assertEquals("new", second.getLast());
  }

  private List<String> run(List<String> paths) throws IOException {
    List<String> outcomes = new ArrayList<>();
    Fetcher fetcher = fetcher(OPTIONS);
    for (String path : paths) {
      outcomes.add(outcome(fetcher, fetcher.fetch(site.url(path))));
    }
    return outcomes;
  }
}
