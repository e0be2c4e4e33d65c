package dev.computepool.publish.ollama.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Wire;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.FileChangedException;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Keys;
import dev.computepool.publish.ollama.Model;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Models;
import dev.computepool.publish.ollama.OllamaKey;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What may happen on the way to a registry.
class OllamaPushTest {
  private static final Retries QUICK =
      new Retries(4, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(1), true);
  private static final long PART = 200_000;

  @TempDir Path folder;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private FakeRegistry registry;
  private Http http;
  private OllamaKey key;
  private Image image;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    http = open(Progress.NONE.cancellation());
    key = OllamaKey.read(Keys.vector(folder));
    Path weights = Models.gguf(folder.resolve("m.gguf"), 900_000, Models::qwen2);
    image = Image.of(Model.of(weights).template("{{ .Prompt }}").build(), Progress.NONE);
  }

  private Http open(Cancellation cancellation) {
    Wire wire =
        new Wire() {
          @Override
          public void answered(String request, int status, Duration time) {
            told.add(request + " " + status);
          }

          @Override
          public void waiting(String request, String why, Duration pause) {
            told.add(request + " " + why);
          }
        };
    return Http.open(HttpOptions.standard("test").with(wire), cancellation);
  }

  @AfterEach
  void stop() {
    http.close();
    registry.close();
    assertFalse(
        told.stream().anyMatch(line -> line.contains("token-") || line.contains("X-Sig")),
        told::toString);
  }

  private FakeRegistry fresh(boolean redirecting) throws IOException {
    registry.close();
    registry = FakeRegistry.start().authenticated();
    return redirecting ? registry.redirecting() : registry;
  }

  private OllamaPush push() {
    return new OllamaPush(http, options());
  }

  private RegistryOptions options() {
    return RegistryOptions.standard(new Credentials.Key(key)).withPartBytes(PART).with(QUICK);
  }

  private ModelName name() {
    return new ModelName("http", registry.host(), "alice", "tiny", "q4_k_m");
  }

  private PushPlan plan() throws IOException {
    return push().plan(image, name(), null);
  }

  private void assertThere() {
    assertEquals(Set.of("q4_k_m"), registry.visible());
    for (Blob blob : image.blobs()) {
      byte[] bytes = registry.blob(blob.digestText());
      assertEquals(blob.digest(), Blob.of(bytes == null ? new byte[0] : bytes).digest());
    }
    assertEquals(List.of(), registry.complaints());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void goesInTheOrderInWhichOllamaGoes(boolean redirecting) throws IOException {
    fresh(redirecting).together(PART);
    PushPlan plan = plan();
    registry.forgetRequests();
    PushResult result = push().run(plan, Progress.NONE);
    assertEquals(
        new PushResult(name(), image.manifest().digest(), true, image.totalBytes(), 0), result);
    assertThere();
    List<String> ours =
        registry.requests().stream().filter(r -> !r.contains("/put/")).distinct().toList();
    String base = "/v2/alice/tiny/";
    assertEquals(
        List.of(
            "POST " + base + "blobs/uploads/",
            "GET /v2/token",
            "PATCH " + base + "blobs/uploads/ID",
            "PUT " + base + "blobs/uploads/ID",
            "PUT " + base + "manifests/q4_k_m",
            "GET " + base + "manifests/q4_k_m"),
        ours);
    assertEquals(
        "PUT " + base + "manifests/q4_k_m",
        registry.requests().get(registry.requests().size() - 2));
    if (redirecting) {
      assertTrue(registry.mostStoring() > 1, "parts go together");
    }
  }

  @Test
  void theNextPlaceMayBeRelative() throws IOException {
    fresh(false).relative();
    push().run(plan(), Progress.NONE);
    assertThere();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConnectionMayBeCutAtEveryRequest(boolean redirecting) throws IOException {
    survives(redirecting, (exchange, number) -> true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConnectionMayBeCutInTheMiddleOfEveryBody(boolean redirecting) throws IOException {
    survives(
        redirecting,
        (exchange, number) -> {
          exchange.getRequestBody().readNBytes(100_000);
          return true;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTokenMayRunOutAtEveryRequest(boolean redirecting) throws IOException {
    survives(
        redirecting,
        (exchange, number) -> {
          registry.revokeTokens();
          return false;
        });
  }

  /// Has one request fail, each in its turn.
  private void survives(boolean redirecting, FakeRegistry.Fault fault) throws IOException {
    fresh(redirecting);
    PushPlan plan = plan();
    registry.forgetRequests();
    push().run(plan, Progress.NONE);
    int requests = registry.requests().size();
    assertTrue(requests > 10, "requests: " + requests);
    for (int i = 0; i < requests; i++) {
      int failing = i;
      fresh(redirecting);
      PushPlan again = plan();
      registry.fault((exchange, number) -> number == failing && fault.strikes(exchange, number));
      PushResult result = push().run(again, Progress.NONE);
      registry.fault(null);
      assertTrue(result.changed(), "request " + i);
      assertThere();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 429})
  void burstsOfFailuresPass(int status) throws IOException {
    for (boolean redirecting : new boolean[] {false, true}) {
      fresh(redirecting);
      PushPlan plan = plan();
      Map<String, Integer> asked = new ConcurrentHashMap<>();
      registry.fault(
          (exchange, number) -> {
            String request = exchange.getRequestMethod() + exchange.getRequestURI();
            boolean strikes = asked.merge(request, 1, Integer::sum) <= 2;
            if (strikes) {
              FakeRegistry.send(exchange, status, "busy");
            }
            return strikes;
          });
      push().run(plan, Progress.NONE);
      registry.fault(null);
      assertThere();
    }
  }

  @Test
  void aServerThatStaysBrokenIsReportedAndNothingIsVisible() throws IOException {
    for (boolean redirecting : new boolean[] {false, true}) {
      for (String method : List.of("POST", "PATCH", "PUT")) {
        fresh(redirecting);
        PushPlan plan = plan();
        registry.fault(
            (exchange, number) -> {
              boolean strikes = exchange.getRequestMethod().equals(method);
              if (strikes) {
                FakeRegistry.send(
                    exchange, 500, "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"boom\"}]}");
              }
              return strikes;
            });
        RegistryException e =
            assertThrows(RegistryException.class, () -> push().run(plan, Progress.NONE));
        assertEquals(Kind.UNAVAILABLE, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("(UNKNOWN: boom)"), e.getMessage());
        assertEquals(Set.of(), registry.visible());
        registry.fault(null);
        push().run(plan(), Progress.NONE);
        assertThere();
      }
    }
  }

  @Test
  void aServerThatIsGoneIsReportedAndTheNextRunGoesOn() throws IOException {
    fresh(true);
    PushPlan plan = plan();
    AtomicLong commits = new AtomicLong();
    registry.fault(
        (exchange, number) -> {
          boolean commit = exchange.getRequestURI().toString().contains("digest=");
          return (commit ? commits.incrementAndGet() : commits.get()) > 1;
        });
    assertThrows(ConnectionException.class, () -> push().run(plan, Progress.NONE));
    assertEquals(Set.of(), registry.visible());
    registry.fault(null);
    PushPlan rest = plan();
    assertEquals(image.blobs().subList(1, 3), rest.missing());
    assertEquals(rest.bytes(), push().run(rest, Progress.NONE).sent());
    assertThere();
  }

  @Test
  void aSessionThatExpiresBeginsAnew() throws IOException {
    fresh(false);
    PushPlan plan = plan();
    registry.fault(
        (exchange, number) -> {
          boolean strikes = number == 4;
          if (strikes) {
            exchange.getRequestBody().readAllBytes();
            FakeRegistry.send(exchange, 404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\"}]}");
          }
          return strikes;
        });
    push().run(plan, Progress.NONE);
    assertThere();
  }

  @Test
  void aStoreAddressThatHasRunOutIsReplaced() throws IOException {
    fresh(true);
    PushPlan plan = plan();
    Set<String> refused = ConcurrentHashMap.newKeySet();
    registry.fault(
        (exchange, number) -> {
          String url = exchange.getRequestURI().toString();
          boolean strikes = url.startsWith("/put/") && refused.add(url);
          if (strikes) {
            FakeRegistry.send(
                exchange, 403, "<Error><Code>ExpiredRequest</Code><X>X-Sig=secret</X></Error>");
          }
          return strikes;
        });
    push().run(plan, Progress.NONE);
    assertThere();
  }

  @Test
  void aPartThatIsTooLargeIsReported() throws IOException {
    fresh(false);
    PushPlan plan = plan();
    registry.fault(
        (exchange, number) -> {
          boolean strikes = exchange.getRequestMethod().equals("PATCH");
          if (strikes) {
            FakeRegistry.send(exchange, 413, "<html>Request Entity Too Large</html>");
          }
          return strikes;
        });
    RegistryException e =
        assertThrows(RegistryException.class, () -> push().run(plan, Progress.NONE));
    assertEquals(Kind.TOO_LARGE, e.kind());
    assertTrue(
        String.valueOf(e.getMessage())
            .endsWith(": status 413: the registry takes no part of 195.3 KiB"),
        e.getMessage());
    assertEquals(Set.of(), registry.visible());
  }

  @Test
  void aRefusalThatComesLastLeavesNothingVisible() throws IOException {
    fresh(false);
    PushPlan plan = plan();
    registry.fault(
        (exchange, number) -> {
          boolean strikes =
              exchange.getRequestMethod().equals("PUT")
                  && exchange.getRequestURI().getPath().contains("manifests");
          if (strikes) {
            FakeRegistry.send(
                exchange,
                403,
                "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"requested access to the resource"
                    + " is denied\"}]}");
          }
          return strikes;
        });
    RegistryException e =
        assertThrows(RegistryException.class, () -> push().run(plan, Progress.NONE));
    assertEquals(Kind.NOT_AUTHORISED, e.kind());
    assertEquals(
        "PUT http://%s/v2/alice/tiny/manifests/q4_k_m: status 403 (DENIED: requested access to the resource is denied): all blobs are there, but the model is not visible"
            .formatted(registry.host()),
        e.getMessage());
    assertEquals(Set.of(), registry.visible());
  }

  @Test
  void aKeyThatIsNotKnownIsReportedBeforeAnythingIsSent() throws IOException {
    fresh(false);
    registry.fault(
        (exchange, number) -> {
          boolean strikes = exchange.getRequestURI().getPath().equals("/v2/token");
          if (strikes) {
            FakeRegistry.send(exchange, 401, "{\"error\":\"unauthorized\"}");
          }
          return strikes;
        });
    RegistryException e = assertThrows(RegistryException.class, this::plan);
    assertEquals(Kind.NOT_AUTHORISED, e.kind());
    assertEquals(
        "GET http://%s/v2/token: status 401 (unauthorized): no token".formatted(registry.host()),
        e.getMessage());
  }

  @Test
  void aTokenThatIsNeverAcceptedEndsTheRun() throws IOException {
    fresh(false);
    registry.fault(
        (exchange, number) -> {
          boolean strikes = !exchange.getRequestURI().getPath().equals("/v2/token");
          if (strikes) {
            registry.challenge(exchange);
          }
          return strikes;
        });
    RegistryException e = assertThrows(RegistryException.class, this::plan);
    assertEquals(Kind.NOT_AUTHORISED, e.kind());
  }

  @Test
  void nobodySendsUsElsewhereForAToken() throws IOException {
    fresh(false).realm("http://localhost:9/v2/token?X-Sig=secret");
    RegistryException e = assertThrows(RegistryException.class, this::plan);
    assertEquals(
        registry.host()
            + " sends us to 'http://localhost:9/v2/token' for a token, which is no place that it"
            + " may send us to",
        e.getMessage());
  }

  @Test
  void aFileThatChangesMeanwhileEndsTheRun() throws IOException {
    fresh(false);
    PushPlan plan = plan();
    Files.write(folder.resolve("m.gguf"), new byte[900_000]);
    assertThrows(FileChangedException.class, () -> push().run(plan, Progress.NONE));
    assertEquals(Set.of(), registry.visible());
  }

  @Test
  void bytesThatAreDamagedOnTheWayAreSentAgain() throws IOException {
    fresh(false);
    PushPlan plan = plan();
    registry.fault(
        (exchange, number) -> {
          if (number == 3) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            body[7] ^= 1;
            exchange.setStreams(new ByteArrayInputStream(body), null);
          }
          return false;
        });
    push().run(plan, Progress.NONE);
    assertThere();
  }

  @Test
  void eachByteIsProgressOnceHoweverOftenItIsSent() throws IOException {
    fresh(true);
    PushPlan plan = plan();
    Set<String> struck = ConcurrentHashMap.newKeySet();
    registry.fault(
        (exchange, number) ->
            number % 5 == 4 && struck.add(exchange.getRequestMethod() + exchange.getRequestURI()));
    AtomicLong sum = new AtomicLong();
    Progress counting =
        new Progress() {
          @Override
          public Step begin(String name, long total, Unit unit) {
            return new Step() {
              @Override
              public void advance(long amount) {
                sum.addAndGet(amount);
              }

              @Override
              public void close() {}
            };
          }

          @Override
          public Cancellation cancellation() {
            return Progress.NONE.cancellation();
          }
        };
    push().run(plan, counting);
    registry.fault(null);
    assertThere();
    assertEquals(plan.bytes(), sum.get());
  }

  @Test
  void whenInterruptedItEndsAtOnceAndNothingIsVisible() throws IOException {
    fresh(true);
    PushPlan plan = plan();
    Cancellation cancellation = new Cancellation();
    registry.fault(
        (exchange, number) -> {
          if (number == 3) {
            cancellation.cancel();
          }
          return false;
        });
    try (Http cancellable = open(cancellation)) {
      OllamaPush push = new OllamaPush(cancellable, options());
      assertThrows(CancelledException.class, () -> push.run(plan, Progress.silent(cancellation)));
    }
    assertEquals(Set.of(), registry.visible());
  }

  @Test
  void httpIsForThisMachineUnlessItIsAllowed() throws IOException {
    ModelName elsewhere = new ModelName("http", "elsewhere.example", "alice", "tiny", "x");
    RegistryException e =
        assertThrows(RegistryException.class, () -> push().plan(image, elsewhere, null));
    assertEquals(Kind.INSECURE, e.kind());
    ModelName almost = new ModelName("http", "127.evil.example", "alice", "tiny", "x");
    assertThrows(RegistryException.class, () -> push().plan(image, almost, null));
    assertEquals("http://elsewhere.example", Repository.base(elsewhere, true).toString());
    assertEquals(
        "http://registry.ollama.ai",
        Repository.base(ModelName.parse("alice/tiny"), true).toString());
  }

  @Test
  void aTokenThatTheRegistryRepeatsIsNotTold() throws IOException {
    fresh(false);
    PushPlan plan = plan();
    for (String path : List.of("/v2/token", "/v2/alice/tiny/blobs/uploads/")) {
      registry.fault(
          (exchange, number) -> {
            String told = exchange.getRequestHeaders().getFirst("Authorization");
            boolean strikes = exchange.getRequestURI().getPath().equals(path) && told != null;
            if (strikes) {
              FakeRegistry.send(exchange, 403, "{\"error\":\"who is '" + told + "'?\"}");
            }
            return strikes;
          });
      RegistryException e =
          assertThrows(RegistryException.class, () -> push().run(plan, Progress.NONE));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("(secret)'?"), message);
      assertFalse(message.contains("token-") || message.contains("AAAAC3"), message);
    }
  }

  @Test
  void whatIsOursIsKnownHoweverItIsWritten() throws Exception {
    URI ours = new URI("https://Models.Example");
    assertTrue(Addresses.isSameOrigin(ours, "https://models.example/v2/x?_state=1"));
    assertTrue(Addresses.isSameOrigin(ours, "HTTPS://models.example:443/v2/x"));
    assertFalse(Addresses.isSameOrigin(ours, "http://models.example/v2/x"));
    assertFalse(Addresses.isSameOrigin(ours, "https://models.example:5000/v2/x"));
    assertFalse(Addresses.isSameOrigin(ours, "https://models.example.evil.example/v2/x"));
    assertFalse(Addresses.isSameOrigin(ours, "https://models.example@evil.example/v2/x"));
    assertFalse(Addresses.isSameOrigin(ours, "/v2/x"));
  }

  @Test
  void aRegistryThatGivesAnotherManifestBackIsReported() throws IOException {
    fresh(false);
    push().run(plan(), Progress.NONE);
    byte[] before = image.manifest().bytes();
    image = Image.of(Model.of(folder.resolve("m.gguf")).template("another").build(), Progress.NONE);
    PushPlan plan = plan();
    registry.fault(
        (exchange, number) -> {
          boolean strikes =
              exchange.getRequestMethod().equals("GET")
                  && exchange.getRequestURI().getPath().contains("/manifests/");
          if (strikes) {
            exchange.sendResponseHeaders(200, before.length);
            exchange.getResponseBody().write(before);
          }
          return strikes;
        });
    VerificationException e =
        assertThrows(VerificationException.class, () -> push().run(plan, Progress.NONE));
    assertTrue(
        String.valueOf(e.getMessage()).contains("the registry took the manifest sha256:"),
        e.getMessage());
  }

  @Test
  void aRegistryThatLagsBehindIsAskedAgain() throws IOException {
    fresh(false);
    PushPlan plan = plan();
    AtomicLong asked = new AtomicLong();
    registry.fault(
        (exchange, number) -> {
          boolean strikes =
              exchange.getRequestMethod().equals("GET")
                  && exchange.getRequestURI().getPath().contains("/manifests/")
                  && asked.getAndIncrement() < 2;
          if (strikes) {
            FakeRegistry.send(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}");
          }
          return strikes;
        });
    push().run(plan, Progress.NONE);
    assertEquals(3, asked.get());
    assertThere();
  }

  @Test
  void onlyOverHttpsAPasswordMayBeWantedElsewhere() throws Exception {
    String gitlab = "https://gitlab.com/jwt/auth";
    URI registry = new URI("https://registry.gitlab.com");
    assertTrue(TokenUrl.isTrustedWithPassword(registry, gitlab));
    assertFalse(TokenUrl.isTrustedWithPassword(registry, "http://gitlab.com/jwt/auth"));
    assertFalse(TokenUrl.isTrustedWithPassword(new URI("http://127.0.0.1:5000"), gitlab));
    assertFalse(TokenUrl.isTrusted(registry, gitlab, false), "what is signed goes to nobody else");
  }

  @Test
  void onlyFriendsMaySendEachOthersClientsForTokens() throws Exception {
    assertTrue(trusted("registry.ollama.ai", "https://ollama.com/v2/token"));
    assertTrue(trusted("registry.ollama.ai", "https://registry.ollama.ai/v2/token"));
    assertTrue(trusted("hf.co", "https://huggingface.co/v2/token"));
    assertTrue(trusted("127.0.0.1:5000", "http://127.0.0.1:5001/token"));
    assertFalse(trusted("registry.ollama.ai", "http://registry.ollama.ai/v2/token"));
    assertFalse(trusted("registry.ollama.ai", "https://evil.example/v2/token"));
    assertFalse(trusted("registry.ollama.ai", "https://huggingface.co/v2/token"));
    assertFalse(trusted("registry.ollama.ai", "https://ollama.com@evil.example/v2/token"));
    assertFalse(trusted("registry.ollama.ai", ""));
  }

  private static boolean trusted(String host, String realm) throws Exception {
    return TokenUrl.isTrusted(new URI("https://" + host), realm, false);
  }

  @Test
  void readsChallengesOfAnyOrder() {
    Challenge challenge =
        Challenge.parse(
            "Bearer scope=\"repository:a/b:pull  repository:a/b:push\","
                + " service=\"\",realm=\"https://h/t?x=\\\"1\"");
    assertEquals("bearer", challenge.scheme());
    assertEquals("https://h/t?x=\"1", challenge.realm());
    assertEquals(List.of("repository:a/b:pull", "repository:a/b:push"), challenge.scopes());
    assertEquals(List.of(), Challenge.parse("Bearer realm=\"x\",scope=\"-\"").scopes());
    assertEquals("", Challenge.parse("Bearer").realm());
    String endless = "x".repeat(1 << 20);
    assertEquals(endless, Challenge.parse("Bearer realm=\"" + endless + "\"").realm());
    String url =
        TokenUrl.signed(
            Challenge.parse(
                "Bearer"
                    + " realm=\"https://registry.ollama.ai/v2/token\",service=\"registry.ollama.ai\",scope=\"repository:alice/tiny:pull"
                    + " repository:alice/tiny:push\""),
            "AAECAwQFBgcICQoLDA0ODw",
            1_700_000_000);
    assertEquals(
        "https://registry.ollama.ai/v2/token?nonce=AAECAwQFBgcICQoLDA0ODw"
            + "&scope=repository%3Aalice%2Ftiny%3Apull&scope=repository%3Aalice%2Ftiny%3Apush"
            + "&service=registry.ollama.ai&ts=1700000000",
        url);
  }

  @Test
  void etagsAreThoseOfStoresOfParts() throws IOException {
    // MD5 of "a" and "b", then of both digests, with md5sum(1)
    Parts parts =
        new Parts(
            Blob.of(new byte[] {'a', 'b'}), 1, Progress.NONE.begin("", 2, Progress.Unit.BYTES));
    List<byte[]> md5s = List.of(parts.list().get(0).md5(), parts.list().get(1).md5());
    assertEquals("96e024ba2074fe77e8e965ba43a704be-2", Parts.etag(md5s));
    assertEquals("d41d8cd98f00b204e9800998ecf8427e-0", Parts.etag(List.of()));
  }
}
