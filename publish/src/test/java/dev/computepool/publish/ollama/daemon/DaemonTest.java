package dev.computepool.publish.ollama.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.computepool.base.Progress;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Model;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Models;
import dev.computepool.publish.ollama.Params;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonTest {
  private static final ModelName NAME = ModelName.parse("alice/tiny:q4_k_m");
  private static final Retries QUICK =
      new Retries(3, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(1), true);

  @TempDir Path folder;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
  private HttpServer server;
  private Http http;
  private Daemon daemon;
  private Image image;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    http = Http.open(HttpOptions.standard("test"), Progress.NONE.cancellation());
    daemon =
        new Daemon(http, DaemonAddress.parse("127.0.0.1:" + server.getAddress().getPort()), QUICK);
    answers.put("GET /api/version", "200 {\"version\":\"0.33.0\"}");
    Path weights = Models.gguf(folder.resolve("m.gguf"), 10_000, Models::qwen2);
    Path lora = Models.gguf(folder.resolve("a.gguf"), 100, Models::adapter);
    image =
        Image.of(
            Model.of(weights)
                .adapter(new Model.Gguf(lora, null))
                .template("{{ .Prompt }}")
                .params(Params.of(Map.of("temperature", 0.7, "stop", "x")))
                .license("MIT")
                .build(),
            Progress.NONE);
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      bodies.put(request, exchange.getRequestBody().readAllBytes());
      String answer = answers.getOrDefault(request, "404 {\"error\":\"not found\"}");
      byte[] bytes = answer.substring(4).getBytes(StandardCharsets.UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
      exchange.sendResponseHeaders(
          Integer.parseInt(answer.substring(0, 3)), head ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  @Test
  void sendsFilesAndHasAModelMadeOfThem() throws IOException {
    Blob weights = image.layers().getFirst().blob();
    Blob lora = image.layers().get(1).blob();
    answers.put("HEAD /api/blobs/" + lora.digestText(), "200 ");
    answers.put("POST /api/blobs/" + weights.digestText(), "201 ");
    answers.put(
        "POST /api/create", "200 {\"status\":\"parsing GGUF\"}\n{\"status\":\"success\"}\n");
    answers.put(
        "GET /api/tags",
        "200 {\"models\":[{\"name\":\"alice/tiny:q4_k_m\",\"digest\":\"%s\"}]}"
            .formatted("ab".repeat(32)));
    DaemonPlan plan = daemon.plan(image, NAME);
    assertEquals(List.of(weights), plan.missing());
    assertEquals("0.33.0", plan.version());
    assertEquals(
        new DaemonResult(NAME, "ab".repeat(32), weights.size(), true),
        daemon.create(plan, Progress.NONE));
    assertEquals(
        weights.digest(),
        Blob.of(bodies.getOrDefault("POST /api/blobs/" + weights.digestText(), new byte[0]))
            .digest());
    JsonNode sent = new ObjectMapper().readTree(bodies.get("POST /api/create"));
    assertEquals(
        "{\"model\":\"alice/tiny:q4_k_m\",\"files\":{\"model-1.gguf\":\"%s\"},\"adapters\":{\"adapter-2.gguf\":\"%s\"},\"template\":\"{{ .Prompt }}\",\"parameters\":{\"stop\":[\"x\"],\"temperature\":0.7},\"license\":[\"MIT\"],\"stream\":true}"
            .formatted(weights.digestText(), lora.digestText()),
        sent.toString());
  }

  @Test
  void anErrorInsideAnAnswerOfSuccessIsAnError() {
    answers.put("POST /api/me", "200 {\"name\":\"alice\"}");
    answers.put(
        "POST /api/push",
        """
        200 {"status":"retrieving manifest"}
        {"error":"you are not authorized to push"}
        """);
    DaemonException e =
        assertThrows(DaemonException.class, () -> daemon.push(NAME, false, Progress.NONE));
    assertEquals(DaemonException.Kind.NOT_AUTHORISED, e.kind());
  }

  @Test
  void withoutTheWordSuccessItIsNone() throws IOException {
    answers.put("POST /api/me", "200 {\"name\":\"alice\"}");
    answers.put("POST /api/push", "200 {\"status\":\"pushing\",\"completed\":5}\n");
    DaemonException e =
        assertThrows(DaemonException.class, () -> daemon.push(NAME, false, Progress.NONE));
    assertEquals(DaemonException.Kind.FAILED, e.kind());
    answers.put("POST /api/push", "200 {\"status\":\"success\"}\n\n");
    daemon.push(NAME, false, Progress.NONE);
  }

  @Test
  void aLineWithoutAnEndIsNotReadToItsEnd() {
    answers.put("POST /api/me", "200 {\"name\":\"alice\"}");
    answers.put("POST /api/push", "200 " + "x".repeat((1 << 20) + 1));
    DaemonException e =
        assertThrows(DaemonException.class, () -> daemon.push(NAME, false, Progress.NONE));
    assertTrue(String.valueOf(e.getMessage()).endsWith("tells too much at once"), e.getMessage());
  }

  @Test
  void aServerWithoutAnAccountSaysWhereToGetOne() {
    answers.put("POST /api/me", "401 {\"error\":\"unauthorized\",\"signin_url\":\"https://x/y\"}");
    DaemonException e =
        assertThrows(DaemonException.class, () -> daemon.push(NAME, false, Progress.NONE));
    assertEquals("Ollama's own key is linked to no account; https://x/y links it", e.getMessage());
    assertThrows(DaemonException.class, () -> daemon.requireReady(NAME));
  }

  @Test
  void whatIsNotOllamaIsNotSpokenTo() {
    answers.put("GET /api/version", "200 <html>");
    DaemonException e = assertThrows(DaemonException.class, () -> daemon.plan(image, NAME));
    assertEquals(DaemonException.Kind.NOT_OLLAMA, e.kind());
  }

  @ParameterizedTest
  @CsvSource({
    "'',http://127.0.0.1:11434",
    "0.0.0.0,http://127.0.0.1:11434",
    "box,http://box:11434",
    "box:80,http://box:80",
    ":8080,http://127.0.0.1:8080",
    "http://box,http://box:80",
    "https://box/ollama/,https://box:443/ollama",
    "[::1]:99,http://[::1]:99",
    "::1,http://[::1]:11434"
  })
  void findsTheServerAsOllamaDoes(String variable, String base) {
    assertEquals(base, DaemonAddress.parse(variable).base());
  }

  @ParameterizedTest
  @CsvSource({"box:port", "ftp://box", "a b", "box:99999"})
  void anAddressThatIsNoneIsRefused(String variable) {
    assertThrows(IllegalArgumentException.class, () -> DaemonAddress.parse(variable));
  }
}
