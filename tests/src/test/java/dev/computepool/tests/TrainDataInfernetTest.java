package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.computepool.identity.SignedRequest;
import dev.computepool.identity.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train data --search infernet` against a control plane that checks every signature.
final class TrainDataInfernetTest {
  private static final String SECRET =
      "5ec2e700112233445566778899aabbccddeeff00112233445566778899aabbcc";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path temporary;
  private final LocalWeb web = LocalWeb.start();
  private final AtomicInteger left = new AtomicInteger(50);
  private final Set<String> nonces = ConcurrentHashMap.newKeySet();
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder).env("COMPUTEPOOL_CONTROL_PLANE", web.url("127.0.0.1/"));
    web.on("127.0.0.1/api/v1/search", this::plane);
    for (int i = 0; i < 5; i++) {
      String text =
          "How to use part %d of the Acme SDK in your program, step by step. "
              .formatted(i)
              .repeat(5);
      web.page(
          "docs.acme.example/p" + i,
          "<html lang=en><head><title>%1$s</title></head><body><main><h1>%1$s</h1><p>%2$s</p></main>"
              .formatted("Acme chapter " + i, text));
    }
  }

  @AfterEach
  void close() {
    web.close();
  }

  private void plane(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    SignedRequest signed =
        SignedRequest.parse(
            String.valueOf(exchange.getRequestHeaders().getFirst(SignedRequest.HEADER)));
    SignedRequest.Parts parts =
        SignedRequest.Parts.of(
            exchange.getRequestMethod(), exchange.getRequestURI().toString(), body);
    if (!signed.key().equals(SigningKey.parse(SECRET).verifyingKey())
        || !signed.isValid(parts, Instant.now())
        || !nonces.add(signed.nonce())) {
      json(exchange, 401, "{\"error\":\"unauthorized\"}");
      return;
    }
    if (left.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
      json(
          exchange,
          429,
          "{\"error\":\"daily\",\"used\":50,\"limit\":50,\"reset_at\":\"2026-01-02T00:00:00Z\"}");
      return;
    }
    JsonNode asked = JSON.readTree(body);
    assertEquals("Acme SDK tutorial", asked.path("query").asText());
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < Math.min(5, asked.path("num").asInt()); i++) {
      data.append(i == 0 ? "" : ",")
          .append(
              "{\"rank\":%d,\"title\":\"R\",\"url\":\"%s\",\"snippet\":\"s\",\"domain\":\"d\"}"
                  .formatted(i + 1, web.url("docs.acme.example/p" + i)));
    }
    json(
        exchange, 200, "{\"data\":[%s],\"remaining\":%d,\"limit\":50}".formatted(data, left.get()));
  }

  private static void json(HttpExchange exchange, int status, String text) throws IOException {
    LocalWeb.send(exchange, status, "application/json", text);
  }

  private Result search(String out) {
    return cp.run(
        "train",
        "data",
        "--search",
        "infernet",
        "--query",
        "Acme SDK tutorial",
        "--num",
        "4",
        "--domains",
        "docs.acme.example",
        "--out",
        out,
        "--delay",
        "1ms",
        "--min-chars",
        "50",
        "--resolve",
        "docs.acme.example:%d:127.0.0.1".formatted(web.port()),
        "--allow-private",
        "docs.acme.example",
        "-vv");
  }

  /// In no output, and in no file but the one that the user put it into.
  private void assertKeyNowhere(Path but, Result... results) throws IOException {
    for (Result result : results) {
      assertFalse(result.stdout().contains(SECRET), result::stdout);
      assertFalse(result.stderr().contains(SECRET), result::stderr);
      assertFalse(result.stderr().contains("eyJ"), result::stderr);
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (!file.equals(but) && text.contains(SECRET)) {
          found.add(file);
        }
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void aSignedSearchBecomesADataset() throws IOException {
    cp = cp.env("INFERNET_PRIVATE_KEY", SECRET);
    Result result = search("acme.jsonl");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(4, Files.readAllLines(folder.resolve("acme.jsonl")).size());
    JsonNode report = JSON.readTree(Files.readAllBytes(folder.resolve("acme.report.json")));
    assertEquals(1, report.at("/sources/0/findings/requests").asInt());
    assertEquals(49, report.at("/sources/0/findings/units_left").asInt());
    Result again = search("again.jsonl");
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(49, left.get(), "a search is paid for once");
    assertKeyNowhere(folder, result, again);
  }

  @Test
  void theKeyAndThePlaceMayBeThoseOfInfernetsOwnProgram() throws IOException {
    Path settings = Files.createDirectories(temporary.resolve("settings/infernet"));
    Path file = settings.resolve("config.json");
    Files.writeString(
        file,
        "{\"controlPlane\":{\"url\":\"%s\"},\"node\":{\"privateKey\":\"%s\"}}"
            .formatted(web.url("127.0.0.1/"), SECRET));
    cp =
        cp.withoutEnv("COMPUTEPOOL_CONTROL_PLANE")
            .env("XDG_CONFIG_HOME", temporary.resolve("settings").toString());
    Result result = search("acme.jsonl");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(49, left.get());
    assertKeyNowhere(file, result);
  }

  @Test
  void aDayThatIsUsedUpIsTold() throws IOException {
    left.set(0);
    cp = cp.env("INFERNET_PRIVATE_KEY", SECRET);
    Result result = search("acme.jsonl");
    assertEquals(6, result.exitCode(), result.stderr());
    assertTrue(
        result
            .stderr()
            .startsWith(
                "error: infernet: the searches of the day are used up, 50 of 50, "
                    + "until 2026-01-02T00:00:00Z, status 429: daily\n"),
        result.stderr());
    assertKeyNowhere(folder, result);
  }

  @Test
  void aKeyThatIsNotKnownThereIsTold() throws IOException {
    cp = cp.env("INFERNET_PRIVATE_KEY", "07".repeat(32));
    Result result = search("acme.jsonl");
    assertEquals(5, result.exitCode(), result.stderr());
    assertTrue(
        result.stderr().contains("the signature is not accepted, status 401"), result.stderr());
    assertTrue(result.stderr().contains("INFERNET_PRIVATE_KEY"), result.stderr());
    assertFalse(result.stderr().contains("07".repeat(32)), result.stderr());
  }

  @Test
  void aKeyThatIsNoneIsToldWithoutRepeatingIt() throws IOException {
    cp = cp.env("INFERNET_PRIVATE_KEY", SECRET + "0");
    Result result = search("acme.jsonl");
    assertEquals(2, result.exitCode(), result.stderr());
    assertTrue(
        result
            .stderr()
            .startsWith(
                "error: INFERNET_PRIVATE_KEY: a secret key has 64 hexadecimal digits, "
                    + "and this has 65 characters\n"),
        result.stderr());
    assertKeyNowhere(folder, result);
  }

  @Test
  void withoutAKeyItIsSaidWhereToPutOne() {
    Result result = search("acme.jsonl");
    assertEquals(5, result.exitCode(), result.stderr());
    assertTrue(
        result.stderr().contains("INFERNET_PRIVATE_KEY")
            && result.stderr().contains("node.privateKey in "),
        result.stderr());
    assertEquals(List.of(), web.visits());
  }
}
