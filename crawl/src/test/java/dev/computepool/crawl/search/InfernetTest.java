package dev.computepool.crawl.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.computepool.base.Progress;
import dev.computepool.crawl.LoopbackSite;
import dev.computepool.crawl.LoopbackSite.Asked;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.Search.Findings;
import dev.computepool.crawl.search.SearchException.Kind;
import dev.computepool.identity.SignedRequest;
import dev.computepool.identity.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A control plane that lets in one node, and checks each signature.
class InfernetTest {
  private static final String PATH = "/api/v1/search";
  private static final String SECRET = "0b".repeat(32);
  private static final SigningKey KEY = SigningKey.parse(SECRET);

  private final LoopbackSite site = LoopbackSite.start();
  private final Set<String> nonces = new HashSet<>();
  private final List<Duration> waits = new ArrayList<>();
  private final Transport transport = LoopbackSite.transport("*");

  @AfterEach
  void close() {
    transport.close();
    site.close();
  }

  /// Answers those who are let in.
  private void plane(LoopbackSite.Handler handler) {
    site.on(
        PATH,
        exchange -> {
          if (isSigned(site.asked().getLast())) {
            handler.handle(exchange);
          } else {
            json(exchange, 401, "{\"error\":\"invalid signature\"}");
          }
        });
  }

  private boolean isSigned(Asked asked) {
    SignedRequest signed = SignedRequest.parse(asked.header("X-infernet-auth"));
    byte[] body = asked.body().getBytes(StandardCharsets.UTF_8);
    return signed.key().equals(KEY.verifyingKey())
        && signed.isValid(SignedRequest.Parts.of("POST", asked.path(), body), Instant.now())
        && nonces.add(signed.nonce());
  }

  private static void json(HttpExchange exchange, int status, String text) throws IOException {
    LoopbackSite.send(exchange, status, "application/json", text);
  }

  private static String found(int remaining, String... urls) {
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < urls.length; i++) {
      data.append(i == 0 ? "" : ",")
          .append(
              "{\"rank\":%d,\"title\":\"T\",\"url\":\"%s\",\"snippet\":\"S\",\"domain\":\"d\"}"
                  .formatted(i + 1, urls[i]));
    }
    return "{\"data\":[%s],\"remaining\":%d,\"limit\":50,\"reset_at\":\"2026-01-02T00:00:00Z\"}"
        .formatted(data, remaining);
  }

  private Infernet infernet() {
    return new Infernet(transport, site.url("/"), KEY);
  }

  private Findings search(SearchService service, SearchQuery query) throws IOException {
    return new Search(service, waits::add).run(query, Progress.NONE);
  }

  private SearchException failure(SearchQuery query) {
    SearchException failure = assertThrows(SearchException.class, () -> search(infernet(), query));
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertFalse(trace.toString().contains(SECRET), trace::toString);
    for (Asked asked : site.asked()) {
      assertFalse(trace.toString().contains(asked.header("X-infernet-auth")), trace::toString);
    }
    return failure;
  }

  private static SearchQuery query(int wanted, String... domains) {
    return new SearchQuery("acme  sdk", wanted, List.of(domains), null, null);
  }

  private List<String> bodies() {
    return site.asked().stream().map(Asked::body).toList();
  }

  @Test
  void aSignedRequestIsAnswered() throws IOException {
    plane(e -> json(e, 200, found(41, "https://docs.acme.dev/a", "https://elsewhere.org/")));
    Findings findings = search(infernet(), query(12, "docs.acme.dev"));
    assertEquals(
        List.of("https://docs.acme.dev/a"),
        findings.results().stream().map(r -> r.url().toString()).toList());
    assertEquals(1, findings.requests());
    assertEquals(1, findings.outside());
    assertEquals(1L, findings.unitsUsed());
    assertEquals(41L, findings.unitsLeft());
    assertEquals("there are no more results", findings.stopped());
    assertEquals(
        List.of("{\"query\":\"acme sdk\",\"num\":12,\"domains\":[\"docs.acme.dev\"]}"), bodies());
    assertFalse(site.asked().getFirst().header("X-infernet-auth").contains(SECRET));
  }

  @Test
  void thereAreThirtyResultsOfAQueryAndNoSecondPage() throws IOException {
    String[] urls =
        IntStream.range(0, 30).mapToObj(i -> "https://a.org/" + i).toArray(String[]::new);
    plane(e -> json(e, 200, found(49, urls)));
    Findings findings = search(infernet(), query(100));
    assertEquals(30, findings.results().size());
    assertEquals("the service gives no more results of one query", findings.stopped());
    assertEquals(List.of("{\"query\":\"acme sdk\",\"num\":30}"), bodies());
  }

  @Test
  void twentyDomainsAreAskedForAtATime() throws IOException {
    plane(e -> json(e, 200, found(40, "https://d%d.org/".formatted(site.asked().size()))));
    String[] domains = IntStream.range(0, 41).mapToObj("d%d.org"::formatted).toArray(String[]::new);
    Findings findings = search(infernet(), query(30, domains));
    assertEquals(3, findings.requests());
    assertEquals(3, nonces.size());
    assertEquals(
        List.of(20, 20, 1), bodies().stream().map(b -> b.split("d\\d+").length - 1).toList());
    assertTrue(
        bodies().getLast().contains("\"num\":28,\"domains\":[\"d40.org\"]"), bodies()::toString);
  }

  @Test
  void aCountryIsSentByItsName() throws IOException {
    plane(e -> json(e, 200, found(40)));
    search(infernet(), new SearchQuery("acme", 3, List.of(), null, "us"));
    assertEquals(
        List.of("{\"query\":\"acme\",\"num\":3,\"location\":\"United States\"}"), bodies());
  }

  @Test
  void whatItCannotBeAskedIsNotAsked() {
    IllegalArgumentException language =
        assertThrows(
            IllegalArgumentException.class,
            () -> search(infernet(), new SearchQuery("acme", 3, List.of(), "en", null)));
    assertEquals("infernet cannot be told a language, such as 'en'", language.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> search(infernet(), new SearchQuery("a".repeat(201), 3, List.of(), null, null)));
    assertEquals(List.of(), site.asked());
  }

  @Test
  void aBurstIsWaitedForAndSignedAnew() throws IOException {
    plane(
        e -> {
          if (site.asked().size() == 1) {
            json(e, 429, "{\"error\":\"slow down\",\"retry_after_ms\":4200}");
          } else {
            json(e, 200, found(40, "https://a.org/"));
          }
        });
    assertEquals(1, search(infernet(), query(1)).results().size());
    assertEquals(Duration.ofMillis(4200), waits.stream().reduce(Duration.ZERO, Duration::plus));
    assertEquals(2, nonces.size());
  }

  @Test
  void aDayThatIsUsedUpIsNotWaitedFor() {
    plane(
        e ->
            json(
                e,
                429,
                "{\"error\":\"daily"
                    + " quota\",\"used\":50,\"limit\":50,\"reset_at\":\"2026-01-02T00:00:00Z\"}"));
    SearchException failure = failure(query(3));
    assertEquals(Kind.QUOTA, failure.kind());
    assertEquals(
        "infernet: the searches of the day are used up, 50 of 50, until 2026-01-02T00:00:00Z, "
            + "status 429: daily quota",
        failure.getMessage());
    assertEquals(1, site.asked().size());
  }

  @ParameterizedTest
  @CsvSource({"400, REQUEST, 1", "502, TROUBLE, 4", "503, TROUBLE, 4", "307, REQUEST, 1"})
  void statusesAreToldApart(int status, Kind kind, int requests) {
    plane(e -> json(e, status, "{\"error\":\"no\"}"));
    SearchException failure = failure(query(3));
    assertEquals(kind, failure.kind());
    assertTrue(
        String.valueOf(failure.getMessage()).endsWith("status " + status + ": no"),
        failure::getMessage);
    assertEquals(requests, site.asked().size());
  }

  @Test
  void anotherKeyIsNotLetIn() {
    plane(e -> json(e, 200, found(40, "https://a.org/")));
    Infernet stranger = new Infernet(transport, site.url(""), SigningKey.parse("0c".repeat(32)));
    SearchException failure = assertThrows(SearchException.class, () -> search(stranger, query(3)));
    assertEquals(Kind.KEY, failure.kind());
    assertEquals(
        "infernet: the signature is not accepted, status 401: invalid signature",
        failure.getMessage());
    assertEquals(1, site.asked().size());
  }

  @Test
  void aHeaderThatIsRepeatedIsNotTold() {
    site.on(
        PATH,
        e -> {
          String header = site.asked().getLast().header("X-infernet-auth");
          json(e, 401, "{\"error\":\"stale: %s\"}".formatted(header));
        });
    assertEquals(
        "infernet: the signature is not accepted, status 401: stale: …",
        failure(query(3)).getMessage());
  }

  @Test
  void clocksThatAreApartAreTold() {
    Instant now = Instant.parse("2026-01-01T00:02:00Z");
    assertEquals(
        " (the clocks are 120 s apart, and may be 60)",
        Infernet.clock("Thu, 01 Jan 2026 00:00:00 GMT", now));
    assertEquals("", Infernet.clock("Thu, 01 Jan 2026 00:01:00 GMT", now));
    assertEquals("", Infernet.clock("yesterday", now));
    assertEquals("", Infernet.clock(null, now));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[]", "", "{}", "{\"data\":{}}"})
  void answersThatAreNoneAreErrors(String body) {
    plane(e -> json(e, 200, body));
    assertEquals("infernet: its answer has no list of results", failure(query(3)).getMessage());
  }

  @Test
  void itIsKnownByItsPlaceAndNotByItsKey() {
    assertEquals("infernet " + site.url(PATH), infernet().toString());
    assertEquals(infernet().identity(), new Infernet(transport, site.url(PATH), KEY).identity());
  }
}
