package dev.computepool.crawl.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.crawl.http.AddressRules;
import dev.computepool.crawl.http.TransportOptions;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointQuestionsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private final List<Long> times = new CopyOnWriteArrayList<>();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();
  private Behaviour behaviour = (_, word) -> Said.that("What is " + word + "?");
  private @Nullable HttpServer server;
  private URI base = URI.create("http://127.0.0.1/");

  /// What the server says to its nth request.
  private interface Behaviour {
    Said answer(int call, String word) throws InterruptedException;
  }

  private record Said(int status, String body, @Nullable String retryAfter) {
    static Said that(String question) {
      return new Said(
          200,
          JSON.createObjectNode()
              .set(
                  "choices",
                  JSON.createArrayNode()
                      .add(
                          JSON.createObjectNode()
                              .set("message", JSON.createObjectNode().put("content", question))))
              .toString(),
          null);
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          times.add(System.nanoTime());
          keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          JsonNode request = JSON.readTree(exchange.getRequestBody());
          String text = request.path("messages").path(0).path("content").textValue();
          String word = text.substring(text.indexOf("\n\n") + 2).split(" ", 2)[0];
          try {
            Said said = behaviour.answer(calls.incrementAndGet(), word);
            byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
            if (said.retryAfter() != null) {
              exchange.getResponseHeaders().set("Retry-After", said.retryAfter());
            }
            exchange.sendResponseHeaders(said.status(), body.length);
            exchange.getResponseBody().write(body);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            exchange.close();
          }
        });
    server.start();
    base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private Asking.Endpoint endpoint(String model, int parallel, Duration timeout, boolean useKnown) {
    return endpoint(base, model, parallel, timeout, useKnown, ProxyRules.NONE);
  }

  private Asking.Endpoint endpoint(
      URI place,
      String model,
      int parallel,
      Duration timeout,
      boolean useKnown,
      ProxyRules proxies) {
    TransportOptions standard = TransportOptions.standard("test");
    return new Asking.Endpoint(
        place,
        model,
        "the-key",
        parallel,
        timeout,
        new TransportOptions(
            "test",
            proxies,
            new AddressRules(List.of("*")),
            List.of(),
            standard.connectTimeout(),
            standard.silence()),
        new StoredAnswers(folder.resolve("answers"), useKnown),
        false);
  }

  private static Asking.Endpoint offline(Asking.Endpoint endpoint) {
    return new Asking.Endpoint(
        endpoint.base(),
        endpoint.model(),
        endpoint.key(),
        endpoint.parallel(),
        endpoint.timeout(),
        endpoint.transport(),
        endpoint.answers(),
        true);
  }

  private Asking.Endpoint endpoint() {
    return endpoint("m", 3, Duration.ofMinutes(1), true);
  }

  private static List<Chunk> chunks(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                new Chunk(
                    new Document(
                        URI.create("https://example.org/" + i),
                        "Page",
                        "en",
                        null,
                        Instant.EPOCH,
                        Digest.parse("ab".repeat(32)),
                        "x"),
                    0,
                    List.of(),
                    "Thing" + i + " is a thing."))
        .toList();
  }

  private static List<String> expected(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "What is Thing" + i + "?").toList();
  }

  private static List<String> ask(Asking.Endpoint endpoint, List<Chunk> chunks) throws IOException {
    try (Questions questions = Questions.of(endpoint, Progress.NONE)) {
      return questions.ask(chunks);
    }
  }

  @Test
  void asksManyAndAgainWhereTheServerIsBusy() throws IOException {
    behaviour =
        (call, word) ->
            call == 1
                ? new Said(429, "{}", null)
                : Said.that("<think>hm</think>\nQuestion: \"What is " + word + "?\"\nMore.");
    assertEquals(expected(0, 20), ask(endpoint(), chunks(0, 20)));
    assertEquals(21, calls.get());
    assertEquals(Set.of("Bearer the-key"), keys);
    assertFalse(endpoint().toString().contains("the-key"));
  }

  @Test
  void whatWasAnsweredIsNotAskedAgain() throws IOException {
    behaviour =
        (call, word) ->
            call <= 5 ? Said.that("What is " + word + "?") : new Said(400, "no more", null);
    // As a run that is killed in the midst of a batch.
    assertThrows(
        AskingException.class,
        () -> ask(endpoint("m", 1, Duration.ofMinutes(1), true), chunks(0, 6)));
    assertEquals(6, calls.get());
    behaviour = (_, word) -> Said.that("What is " + word + "?");
    assertEquals(expected(0, 16), ask(endpoint(), chunks(0, 16)));
    assertEquals(6 + 11, calls.get());
    assertEquals(expected(0, 16), ask(endpoint(), chunks(0, 16)));
    assertEquals(17, calls.get());
    ask(endpoint("another", 3, Duration.ofMinutes(1), true), chunks(0, 1));
    assertEquals(18, calls.get(), "another model has not been asked yet");
    ask(endpoint("m", 3, Duration.ofMinutes(1), false), chunks(0, 2));
    assertEquals(20, calls.get(), "nothing known is to be used");
    List<Path> withKey = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file).contains("the-key")) {
          withKey.add(file);
        }
      }
    }
    assertEquals(List.of(), withKey);
  }

  @Test
  void offlineOnlyWhatWasAnsweredIsKnown() throws IOException {
    ask(endpoint(), chunks(0, 2));
    assertEquals(expected(0, 2), ask(offline(endpoint()), chunks(0, 2)));
    AskingException refused =
        assertThrows(AskingException.class, () -> ask(offline(endpoint()), chunks(0, 3)));
    assertEquals(
        base + "/chat/completions: it was not asked this before, and the network is not to be used",
        refused.getMessage());
    assertEquals(2, calls.get());
  }

  @Test
  void waitsAsLongAsTheServerWants() throws IOException {
    behaviour =
        (call, word) -> call == 1 ? new Said(503, "", "2") : Said.that("What is " + word + "?");
    assertEquals(expected(0, 1), ask(endpoint(), chunks(0, 1)));
    Duration waited = Duration.ofNanos(times.get(1) - times.get(0));
    assertTrue(waited.compareTo(Duration.ofMillis(1_950)) >= 0, waited.toString());
  }

  @Test
  void doesNotWaitForAnHour() {
    behaviour = (_, _) -> new Said(429, "", "3600");
    AskingException refused =
        assertThrows(AskingException.class, () -> ask(endpoint(), chunks(0, 1)));
    assertEquals(
        base + "/chat/completions: HTTP 429, and it wants to be asked again in 3600 s only",
        refused.getMessage());
    assertEquals(1, calls.get());
  }

  @Test
  void aServerThatThinksForTooLongIsAskedAgain() throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    behaviour =
        (call, word) -> {
          if (call == 1) {
            over.await();
          }
          return Said.that("What is " + word + "?");
        };
    assertEquals(expected(0, 1), ask(endpoint("m", 1, Duration.ofSeconds(5), true), chunks(0, 1)));
    assertEquals(2, calls.get());
    over.countDown();
  }

  @Test
  void aModelThatRefusesIsNotAskedAgainAndTheKeyIsNotTold() {
    behaviour = (_, _) -> new Said(401, "no such key: the-key", null);
    AskingException refused =
        assertThrows(AskingException.class, () -> ask(endpoint(), chunks(0, 1)));
    assertEquals(base + "/chat/completions: HTTP 401 no such key: [key]", refused.getMessage());
    assertEquals(401, refused.status());
    assertEquals(1, calls.get());
  }

  @Test
  void stopsSoonAfterTheUserWantsTo() throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    behaviour =
        (_, _) -> {
          over.await();
          return Said.that("late");
        };
    Cancellation cancellation = new Cancellation();
    try (Questions questions = Questions.of(endpoint(), Progress.silent(cancellation))) {
      Thread.ofVirtual().start(cancellation::cancel);
      assertThrows(CancelledException.class, () -> questions.ask(chunks(0, 4)));
    }
    over.countDown();
  }

  @Test
  void goesThroughTheProxyUnlessItIsOnThisMachine() throws IOException {
    Set<String> asked = new HashSet<>();
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          byte[] body = Said.that("Through the proxy?").body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    proxy.start();
    try {
      ProxyRules rules =
          ProxyRules.parse("http://127.0.0.1:" + proxy.getAddress().getPort(), null, null);
      URI away = URI.create("http://models.example/v1/");
      Duration minute = Duration.ofMinutes(1);
      assertEquals(
          List.of("Through the proxy?"),
          ask(endpoint(away, "m", 1, minute, true, rules), chunks(0, 1)));
      assertEquals(expected(0, 1), ask(endpoint(base, "m", 1, minute, true, rules), chunks(0, 1)));
      assertEquals(Set.of("http://models.example/v1/chat/completions"), asked);
    } finally {
      proxy.stop(0);
    }
  }

  @Test
  void wrongEndpointsAreRefused() {
    Duration minute = Duration.ofMinutes(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> endpoint(URI.create("file:/x"), "", 1, minute, true, ProxyRules.NONE));
    assertThrows(IllegalArgumentException.class, () -> endpoint("", 0, minute, true));
    assertThrows(IllegalArgumentException.class, () -> endpoint("", 1, Duration.ZERO, true));
  }
}
