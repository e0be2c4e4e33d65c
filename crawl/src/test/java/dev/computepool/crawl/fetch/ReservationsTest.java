package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.computepool.crawl.LoopbackSite;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.http.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `/.well-known/tdmrep.json`: what it says, and how it is asked for.
class ReservationsTest {
  private static final Refused RESERVED =
      new Refused(Refusal.OPTED_OUT, "tdmrep.json, tdm-reservation: 1");

  @TempDir Path folder;
  private final LoopbackSite site = LoopbackSite.start();
  private final FakeTime time = new FakeTime();
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

  private FetchResult fetch(String path) throws IOException {
    return fetcher(FetchOptions.STANDARD).fetch(site.url(path));
  }

  private void reserve(String json) {
    site.on(Reservations.PATH, e -> LoopbackSite.send(e, 200, "application/json", json));
  }

  private static boolean covers(String json, String path) throws IOException {
    return Reservations.parse(json.getBytes(StandardCharsets.UTF_8))
        .cover(URI.create("https://a.example" + path));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, true",
    "/, '', true",
    "/docs, /docs/a, true",
    "/docs, /docs-old, true",
    "/docs/, /docs, false",
    "/Docs, /docs, false",
    "docs/, /docs/a, true",
    "/a$, /a, true",
    "/a$, /ab, false",
    "/a$, /a?b=1, false",
    "/img/*.jpg, /img/x/y.jpg, true",
    "/img/*.jpg$, /img/y.jpg.html, false",
    "/img/*.jpg$, /img/a.jpg.jpg, true",
    "*/private, /a/private/b, true",
    "/*?id=, /p?id=3, true",
    "/aa*aa$, /aaa, false",
    "/foo-%24, /foo-$, true",
    "/f%C3%BC, /f%c3%bc, true",
    "/%7Ejoe, /~joe/, true",
    "/a%2Fb, /a/b, false"
  })
  void aPatternMatchesAsInRobots(String pattern, String path, boolean matches) throws IOException {
    String json = "[{\"location\": \"%s\", \"tdm-reservation\": 1}]".formatted(pattern);
    assertEquals(matches, covers(json, path));
  }

  @Test
  void theFirstRuleThatMatchesCounts() throws IOException {
    String json =
        """
        [{"location": "/open/", "tdm-reservation": 0},
         {"location": "/", "tdm-reservation": 1, "tdm-policy": "https://a.example/p"},
         {"location": "/late/", "tdm-reservation": 0}]
        """;
    assertEquals(
        List.of(false, true, true),
        List.of(covers(json, "/open/a"), covers(json, "/a"), covers(json, "/late/a")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<!doctype html><p>Not found",
        "[",
        "null",
        "3",
        "\0\0\0[\177\177\177\177", // what the parser takes for UTF-32, and broken
        "[1, null, []]",
        "[{\"location\": \"/\"}]",
        "[{\"tdm-reservation\": 1}]",
        "[{\"location\": \"/\", \"tdm-reservation\": 2}]",
        "[{\"location\": {}, \"tdm-reservation\": 1}]"
      })
  void whatIsNotUnderstoodSaysNothing(String json) throws IOException {
    assertFalse(covers(json, "/a"));
  }

  @Test
  void anyFileCutShortIsRead() throws IOException {
    String json = "[{\"location\": \"/\", \"tdm-reservation\": 1}]";
    for (int end = 0; end < json.length(); end++) {
      assertFalse(covers(json.substring(0, end), "/a"), json.substring(0, end));
    }
  }

  @Test
  void aReservedPageIsNotAskedFor() throws IOException {
    reserve("[{\"location\": \"/no/\", \"tdm-reservation\": 1}]");
    site.page("/a", "a").page("/no/b", "b");
    site.on(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/no/b");
          exchange.sendResponseHeaders(302, -1);
        });
    Fetcher fetcher = fetcher(FetchOptions.STANDARD);
    assertInstanceOf(Fetched.class, fetcher.fetch(site.url("/a")));
    assertEquals(RESERVED, fetcher.fetch(site.url("/no/b")));
    assertEquals(
        new Refused(
            Refusal.OPTED_OUT, RESERVED.detail() + ", after a redirect to " + site.url("/no/b")),
        fetcher.fetch(site.url("/moved")));
    assertNull(fetcher.forbids(site.url("/a")));
    assertEquals(
        "its owner does not want it used: tdmrep.json, tdm-reservation: 1",
        fetcher.forbids(site.url("/no/b")));
    assertEquals(List.of("/robots.txt", Reservations.PATH, "/a", "/moved"), site.paths());
    Duration pause = FetchOptions.STANDARD.delay();
    assertEquals(List.of(pause, pause, pause), time.waits());
  }

  @Test
  void itIsAskedForAtThePaceOfRobotsAndAgainAfterADay() throws IOException {
    site.on(
        "/robots.txt",
        e -> LoopbackSite.send(e, 200, "text/plain", "User-agent: *\nCrawl-delay: 3\n"));
    reserve("[{\"location\": \"/\", \"tdm-reservation\": 1}]");
    assertEquals(RESERVED, fetch("/a"));
    assertEquals(List.of(Duration.ofSeconds(3)), time.waits());
    time.pass(Duration.ofHours(23));
    assertEquals(RESERVED, fetch("/b"));
    assertEquals(List.of("/robots.txt", Reservations.PATH), site.paths());
    time.pass(Duration.ofHours(2));
    reserve("[]");
    site.page("/a", "a");
    assertInstanceOf(Fetched.class, fetch("/a"));
    assertEquals(2, site.count(Reservations.PATH));
  }

  @Test
  void withoutTheNetworkWhatWasReadHolds() throws IOException {
    reserve("[{\"location\": \"/\", \"tdm-reservation\": 1}]");
    assertEquals(RESERVED, fetch("/a"));
    time.pass(Duration.ofDays(300));
    Fetcher offline = fetcher(FetchOptions.STANDARD.withOffline(true));
    assertEquals(RESERVED, offline.fetch(site.url("/a")));
  }

  @Test
  void whoIgnoresOptOutsDoesNotAsk() throws IOException {
    reserve("[{\"location\": \"/\", \"tdm-reservation\": 1}]");
    site.page("/a", "a");
    Fetcher fetcher = fetcher(FetchOptions.STANDARD.withRespectOptOuts(false));
    assertInstanceOf(Fetched.class, fetcher.fetch(site.url("/a")));
    assertEquals(0, site.count(Reservations.PATH));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410, 500})
  void aFileThatCannotBeHadReservesNothing(int status) throws IOException {
    site.on(Reservations.PATH, e -> LoopbackSite.send(e, status, "text/html", "no"));
    site.page("/a", "a");
    assertInstanceOf(Fetched.class, fetch("/a"));
  }

  @Test
  void aPageThatRobotsForbidIsNoReasonToAsk() throws IOException {
    site.on(
        "/robots.txt",
        e -> LoopbackSite.send(e, 200, "text/plain", "User-agent: *\nDisallow: /\n"));
    assertEquals(new Refused(Refusal.ROBOTS, ""), fetch("/a"));
    assertEquals(List.of("/robots.txt"), site.paths());
  }
}
