package dev.computepool.crawl.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.computepool.base.Progress;
import dev.computepool.crawl.LoopbackSite;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.Search.Findings;
import dev.computepool.crawl.search.SearchException.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {
  private static final String KEY = "geheim-4711";

  private final LoopbackSite site = LoopbackSite.start();
  private final List<Duration> waits = new ArrayList<>();
  private final Transport transport = LoopbackSite.transport("*");

  @AfterEach
  void close() {
    transport.close();
    site.close();
  }

  private ValueSerp valueSerp() {
    return new ValueSerp(transport, site.url("/search"), KEY);
  }

  private Findings search(SearchService service, SearchQuery query) throws IOException {
    return new Search(service, waits::add).run(query, Progress.NONE);
  }

  private static SearchQuery query(int wanted, String... domains) {
    return new SearchQuery("acme  sdk", wanted, List.of(domains), null, null);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static void json(HttpExchange exchange, int status, String text) throws IOException {
    LoopbackSite.send(exchange, status, "application/json", text);
  }

  private static String organic(String... links) {
    StringBuilder text = new StringBuilder("{\"request_info\":{\"success\":true,");
    text.append("\"credits_used_this_request\":1,\"credits_remaining\":93},");
    text.append("\"search_metadata\":{\"id\":\"abc\"},\"organic_results\":[");
    for (int i = 0; i < links.length; i++) {
      text.append(i == 0 ? "" : ",")
          .append(
              "{\"position\":%d,\"title\":\"T%d\",\"snippet\":\"S\",\"link\":\"%s\"}"
                  .formatted(i + 1, i, links[i]));
    }
    return text.append("]}").toString();
  }

  private static List<String> urls(Findings findings) {
    return findings.results().stream().map(r -> r.url().toString()).toList();
  }

  /// Page 1 with three results, page 2 with repeats that differ in tracking, page 3 empty.
  private void threePages() {
    site.on(
        "/search",
        exchange -> {
          String page = parameters(exchange.getRequestURI().getRawQuery()).get("page");
          json(
              exchange,
              200,
              switch (String.valueOf(page)) {
                case "1" ->
                    organic(
                        "https://docs.acme.dev/a",
                        "https://docs.acme.dev/b?id=1#top",
                        "https://other.org/x");
                case "2" ->
                    organic(
                        "https://docs.acme.dev/a?srsltid=xyz",
                        "https://docs.acme.dev/b?utm_source=google&id=1",
                        "https://notacme.dev/y",
                        "http://api.docs.acme.dev/c",
                        "not a url",
                        "");
                default -> organic();
              });
        });
  }

  @Test
  void pagesAreAskedForUntilThereIsNothingNew() throws IOException {
    threePages();
    Findings findings = search(valueSerp(), query(30, "docs.acme.dev"));
    assertEquals(
        List.of(
            "https://docs.acme.dev/a",
            "https://docs.acme.dev/b?id=1",
            "http://api.docs.acme.dev/c"),
        urls(findings));
    assertEquals(3, findings.requests());
    assertEquals(2, findings.outside());
    assertEquals(3L, findings.unitsUsed());
    assertEquals(93L, findings.unitsLeft());
    assertEquals("there are no more results", findings.stopped());
    Map<String, String> first = parameters(site.asked().getFirst().query());
    assertEquals("site:docs.acme.dev acme sdk", first.get("q"));
    assertEquals(KEY, first.get("api_key"));
    assertFalse(first.containsKey("num"), "num is not documented any more");
  }

  @Test
  void nothingIsAskedForOnceThereIsEnough() throws IOException {
    threePages();
    Findings findings = search(valueSerp(), query(2));
    assertEquals(
        List.of("https://docs.acme.dev/a", "https://docs.acme.dev/b?id=1"), urls(findings));
    assertEquals(null, findings.stopped());
    assertEquals(1, site.asked().size());
  }

  @Test
  void manyDomainsAreSplitAndTakenInTurn() throws IOException {
    site.on(
        "/search",
        exchange -> {
          String text = parameters(exchange.getRequestURI().getRawQuery()).get("q");
          String first = String.valueOf(text).replaceFirst(".*?site:(\\S+?)[ )].*", "$1");
          json(exchange, 200, organic("https://" + first.strip() + "/" + site.asked().size()));
        });
    String[] domains = new String[40];
    for (int i = 0; i < domains.length; i++) {
      domains[i] = "d%02d.example.org".formatted(i);
    }
    Findings findings = search(valueSerp(), query(5, domains));
    List<String> texts =
        site.asked().stream()
            .map(a -> String.valueOf(parameters(a.query()).get("q")))
            .distinct()
            .toList();
    assertEquals(3, texts.size());
    for (String text : texts) {
      assertTrue(text.split(" ", -1).length <= 32, text);
      assertTrue(text.startsWith("(site:") && text.endsWith(") acme sdk"), text);
    }
    assertEquals(5, findings.results().size());
    assertEquals(5, findings.requests());
  }

  @ParameterizedTest
  @CsvSource({
    "400, REQUEST",
    "401, KEY",
    "402, QUOTA",
    "404, REQUEST",
    "429, TROUBLE",
    "500, TROUBLE",
    "503, TROUBLE"
  })
  void statusesAreToldApartAndOnlyTroubleIsAskedAgain(int status, Kind kind) {
    site.on(
        "/search",
        exchange ->
            json(
                exchange,
                status,
                "{\"request_info\":{\"success\":false,\"message\":\"No: %s\"}}".formatted(KEY)));
    SearchException failure =
        assertThrows(SearchException.class, () -> search(valueSerp(), query(3)));
    assertEquals(kind, failure.kind());
    assertEquals(kind == Kind.TROUBLE ? 4 : 1, site.asked().size());
    assertNoKey(failure);
  }

  private static void assertNoKey(Exception failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertFalse(trace.toString().contains(KEY), trace::toString);
  }

  @Test
  void aServiceThatComesBackIsWaitedFor() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    site.on(
        "/search",
        exchange -> {
          switch (asked.incrementAndGet()) {
            case 1 -> json(exchange, 429, "{}");
            case 2 -> json(exchange, 503, "{\"message\":\"incident\",\"retry_after\":7}");
            default -> json(exchange, 200, organic("https://a.org/"));
          }
        });
    assertEquals(List.of("https://a.org/"), urls(search(valueSerp(), query(1))));
    assertEquals(Duration.ofSeconds(8), waits.stream().reduce(Duration.ZERO, Duration::plus));
  }

  @Test
  void aServiceMaySayWhenAsADate() {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
    site.on(
        "/search",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", date);
          json(exchange, 503, "{}");
        });
    assertThrows(SearchException.class, () -> search(valueSerp(), query(3)));
    assertEquals(1, site.asked().size(), "an hour is not waited for");
  }

  @Test
  void aServiceThatWantsAnHourIsNotWaitedFor() {
    site.on(
        "/search",
        exchange -> json(exchange, 503, "{\"message\":\"incident\",\"retry_after\":3600}"));
    SearchException failure =
        assertThrows(SearchException.class, () -> search(valueSerp(), query(3)));
    assertEquals("valueserp: the service has trouble, status 503: incident", failure.getMessage());
    assertEquals(1, site.asked().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>no</html>",
        "[]",
        "",
        "{\"request_info\":{\"success\":false,\"message\":\"geheim-4711 is bad\"}}"
      })
  void answersThatAreNoneAreErrors(String body) {
    site.on("/search", exchange -> json(exchange, 200, body));
    SearchException failure =
        assertThrows(SearchException.class, () -> search(valueSerp(), query(3)));
    assertNoKey(failure);
  }

  @Test
  void whatWasFoundIsKeptWhenTheQuotaEnds() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    site.on(
        "/search",
        exchange -> {
          if (asked.incrementAndGet() == 1) {
            json(exchange, 200, organic("https://a.org/1"));
          } else {
            json(exchange, 402, "{\"request_info\":{\"message\":\"no credits\"}}");
          }
        });
    Findings findings = search(valueSerp(), query(5));
    assertEquals(List.of("https://a.org/1"), urls(findings));
    assertEquals(
        "valueserp: the account has nothing left, status 402: no credits", findings.stopped());
  }

  @Test
  void aConnectionThatFailsDoesNotTellTheKey() {
    site.close();
    SearchException failure =
        assertThrows(SearchException.class, () -> search(valueSerp(), query(3)));
    assertEquals(Kind.TROUBLE, failure.kind());
    assertNoKey(failure);
    assertFalse(valueSerp().toString().contains(KEY));
  }

  @Test
  void braveSendsItsKeyInAHeader() throws IOException {
    site.on(
        "/brave",
        exchange -> {
          exchange.getResponseHeaders().set("X-RateLimit-Remaining", "0, 1789");
          boolean first =
              "0".equals(parameters(exchange.getRequestURI().getRawQuery()).get("offset"));
          json(
              exchange,
              200,
              "{\"query\":{\"more_results_available\":%s},\"web\":{\"results\":[{\"url\":\"https://b.org/%s\",\"title\":\"T\",\"description\":\"<strong>x</strong>\"}]}}"
                  .formatted(first, first ? 1 : 2));
        });
    Findings findings = search(new Brave(transport, site.url("/brave"), KEY), query(30));
    assertEquals(List.of("https://b.org/1", "https://b.org/2"), urls(findings));
    assertEquals(2L, findings.unitsUsed());
    assertEquals(1789L, findings.unitsLeft());
    assertEquals(KEY, site.asked().getFirst().header("X-subscription-token"));
    assertFalse(site.asked().getFirst().query().contains(KEY));
    assertEquals("20", parameters(site.asked().getFirst().query()).get("count"));
  }

  @Test
  void serperIsPosted() throws IOException {
    site.on(
        "/serper",
        exchange ->
            json(
                exchange,
                200,
                site.asked().size() == 1
                    ? "{\"organic\":[{\"title\":\"T\",\"link\":\"https://s.org/1\",\"snippet\":\"S\",\"position\":1}],\"credits\":1}"
                    : "{\"organic\":[],\"credits\":1}"));
    Findings findings = search(new Serper(transport, site.url("/serper"), KEY), query(30));
    assertEquals(List.of("https://s.org/1"), urls(findings));
    assertEquals(2L, findings.unitsUsed());
    assertEquals(KEY, site.asked().getFirst().header("X-api-key"));
    assertEquals("{\"q\":\"acme sdk\",\"page\":1}", site.asked().getFirst().body());
    assertEquals("{\"q\":\"acme sdk\",\"page\":2}", site.asked().getLast().body());
  }

  @Test
  void searxngWithoutJsonIsExplained() {
    site.on("/search", exchange -> LoopbackSite.send(exchange, 403, "text/html", "Forbidden"));
    SearchException failure =
        assertThrows(
            SearchException.class, () -> search(new SearxNg(transport, site.url("/")), query(3)));
    assertEquals(Kind.SETUP, failure.kind());
    assertEquals(
        "searxng: the instance answers no JSON, status 403: 'json' must stand under "
            + "search.formats in its settings.yml",
        failure.getMessage());
  }

  @Test
  void searxngWhoseEnginesAreSilentHasFailed() {
    site.on(
        "/search",
        exchange ->
            json(
                exchange,
                200,
                "{\"results\":[],\"unresponsive_engines\":[[\"google\",\"CAPTCHA\"]]}"));
    SearchException failure =
        assertThrows(
            SearchException.class,
            () -> search(new SearxNg(transport, site.url("/search")), query(3)));
    assertEquals("searxng: its engines do not answer: google (CAPTCHA)", failure.getMessage());
  }

  @Test
  void searxngPagesUntilItIsEmpty() throws IOException {
    site.on(
        "/search",
        exchange -> {
          String page = parameters(exchange.getRequestURI().getRawQuery()).get("pageno");
          json(
              exchange,
              200,
              "1".equals(page)
                  ? "{\"results\":[{\"url\":\"https://x.org/1\",\"title\":\"T\",\"content\":\"C\"}]}"
                  : "{\"results\":[]}");
        });
    assertEquals(
        List.of("https://x.org/1"), urls(search(new SearxNg(transport, site.url("")), query(30))));
    assertEquals(2, site.asked().size());
  }

  @Test
  void aSearchIsPaidForOnce(@TempDir Path folder) throws IOException {
    threePages();
    StoredSearches searches =
        new StoredSearches(folder.resolve("searches"), Duration.ofDays(1), false);
    Findings first = searches.run(valueSerp(), query(30, "docs.acme.dev"), Progress.NONE);
    Findings second = searches.run(valueSerp(), query(30, "docs.acme.dev"), Progress.NONE);
    assertEquals(first.results(), second.results());
    assertEquals(0, second.requests());
    assertEquals(3, site.asked().size());
    assertNotNull(searches.find(valueSerp(), query(30, "docs.acme.dev"), false));
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(Files.readString(file).contains(KEY), file::toString);
      }
    }
  }

  @Test
  void aSearchThatFailedHalfwayIsGoneOnWithForAnHour(@TempDir Path folder) throws IOException {
    AtomicBoolean works = new AtomicBoolean();
    site.on(
        "/search",
        exchange -> {
          String page = parameters(exchange.getRequestURI().getRawQuery()).get("page");
          if ("1".equals(page)) {
            json(exchange, 200, organic("https://docs.acme.dev/a"));
          } else if (works.get()) {
            json(exchange, 200, "2".equals(page) ? organic("https://docs.acme.dev/b") : organic());
          } else {
            json(exchange, 402, "{}");
          }
        });
    Instant begin = Instant.parse("2026-11-21T10:00:00Z");
    AtomicReference<Instant> now = new AtomicReference<>(begin);
    StoredSearches searches = new StoredSearches(folder, Duration.ofDays(1), false, now::get);
    Findings part = searches.run(valueSerp(), query(30), Progress.NONE);
    assertTrue(part.failed());
    works.set(true);
    now.set(begin.plus(Duration.ofMinutes(59)));
    assertEquals(part.results(), searches.run(valueSerp(), query(30), Progress.NONE).results());
    assertEquals(2, site.asked().size());
    now.set(begin.plus(Duration.ofMinutes(61)));
    Findings whole = searches.run(valueSerp(), query(30), Progress.NONE);
    assertEquals(List.of("https://docs.acme.dev/a", "https://docs.acme.dev/b"), urls(whole));
    assertFalse(whole.failed());
    now.set(begin.plus(Duration.ofHours(24)));
    int asked = site.asked().size();
    assertEquals(urls(whole), urls(searches.run(valueSerp(), query(30), Progress.NONE)));
    assertEquals(asked, site.asked().size());
  }

  @Test
  void aSearchThatFailedHalfwayIsMadeAgainOnRequest(@TempDir Path folder) throws IOException {
    AtomicInteger failures = new AtomicInteger();
    site.on(
        "/search",
        exchange -> {
          if ("1".equals(parameters(exchange.getRequestURI().getRawQuery()).get("page"))) {
            json(exchange, 200, organic("https://docs.acme.dev/a"));
          } else {
            failures.incrementAndGet();
            json(exchange, 402, "{}");
          }
        });
    StoredSearches searches = new StoredSearches(folder, Duration.ofDays(1), true);
    searches.run(valueSerp(), query(30), Progress.NONE);
    searches.run(valueSerp(), query(30), Progress.NONE);
    assertEquals(2, failures.get());
  }

  @Test
  void domainsAreExact() {
    SearchQuery query = query(1, "https://Acme.dev/", "*.example.org");
    assertEquals(List.of("acme.dev", "example.org"), query.domains());
    assertTrue(query.covers(java.net.URI.create("https://docs.acme.dev/x")));
    assertFalse(query.covers(java.net.URI.create("https://notacme.dev/")));
    assertThrows(IllegalArgumentException.class, () -> query(1, "a b"));
  }
}
