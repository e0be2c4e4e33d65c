package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train data --query` against a server that plays ValueSerp as its documentation describes it.
final class TrainDataSearchTest {
  private static final String KEY = "vs-SECRET-0123456789";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path temporary;
  private final LocalWeb web = LocalWeb.start();
  private final AtomicInteger credits = new AtomicInteger(100);
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp =
        Cli.cp(folder)
            .env("VALUESERP_API_KEY", KEY)
            .env("COMPUTEPOOL_SEARCH_URL", web.url("127.0.0.1/search"));
    for (int i = 0; i < 40; i++) {
      String title = "Acme chapter " + i;
      String text =
          "How to use part %d of the Acme SDK in your program, step by step. ".formatted(i);
      web.page(
          "docs.acme.example/p" + i,
          "<html lang=en><head><title>%1$s</title></head><body><main><h1>%1$s</h1><p>%2$s</p></main>"
              .formatted(title, text.repeat(5)));
    }
  }

  @AfterEach
  void close() {
    web.close();
  }

  /// Nine results a page, some of them repeated with tracking, some elsewhere, in four pages.
  private void valueSerp(HttpExchange exchange) throws IOException {
    Map<String, String> asked = new HashMap<>();
    for (String pair : exchange.getRequestURI().getRawQuery().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      asked.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    if (!KEY.equals(asked.get("api_key"))) {
      fail(exchange, 401, "Invalid API key " + asked.get("api_key"));
      return;
    }
    if (credits.getAndUpdate(c -> Math.max(0, c - 1)) == 0) {
      fail(exchange, 402, "You have run out of credits");
      return;
    }
    int page = Integer.parseInt(asked.getOrDefault("page", "1"));
    List<String> links = new ArrayList<>();
    if (page <= 4) {
      for (int i = (page - 1) * 9; i < page * 9; i++) {
        links.add(web.url("docs.acme.example/p" + i));
      }
      links.add(web.url("docs.acme.example/p0") + "?srsltid=AfmBOo" + page);
      links.add("https://elsewhere.example/acme");
    }
    StringBuilder results = new StringBuilder();
    for (int i = 0; i < links.size(); i++) {
      results
          .append(i == 0 ? "" : ",")
          .append(
              "{\"position\":%d,\"title\":\"R\",\"link\":\"%s\",\"domain\":\"d\",\"snippet\":\"s\"}"
                  .formatted(i + 1, links.get(i)));
    }
    LocalWeb.send(
        exchange,
        200,
        "application/json",
        """
        {"request_info":{"success":true,"credits_used":%d,"credits_remaining":%d,"credits_used_this_request":1},
         "search_metadata":{"id":"x"},"organic_results":[%s],"pagination":{"current":%d%s}}
        """
            .formatted(
                100 - credits.get(),
                credits.get(),
                results,
                page,
                page < 4 ? ",\"next\":\"https://www.google.com/search?start=10\"" : ""));
  }

  private static void fail(HttpExchange exchange, int status, String message) throws IOException {
    LocalWeb.send(
        exchange,
        status,
        "application/json",
        "{\"request_info\":{\"success\":false,\"message\":\"%s\"}}".formatted(message));
  }

  private Result search(String out, String... more) {
    List<String> words =
        new ArrayList<>(List.of("train", "data", "--query", "Acme SDK tutorial", "--domains"));
    words.addAll(List.of("docs.acme.example", "--num", "30", "--out", out, "--delay", "1ms"));
    words.addAll(List.of("--resolve", "docs.acme.example:%d:127.0.0.1".formatted(web.port())));
    words.addAll(List.of("--allow-private", "docs.acme.example", "--min-chars", "50", "-vv"));
    words.addAll(List.of(more));
    return cp.run(words.toArray(String[]::new));
  }

  private void assertKeyNowhere(Result... results) throws IOException {
    for (Result result : results) {
      assertFalse(result.stdout().contains(KEY), result::stdout);
      assertFalse(result.stderr().contains(KEY), result::stderr);
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(KEY)) {
          found.add(file);
        }
      }
    }
    assertEquals(List.of(), found);
  }

  private List<String> sources(String out) throws IOException {
    Set<String> sources = new LinkedHashSet<>();
    for (String line : Files.readAllLines(folder.resolve(out))) {
      JsonNode node = JSON.readTree(line);
      assertEquals("Acme SDK tutorial", node.at("/meta/query").asText());
      sources.add(node.at("/meta/source_url").asText());
    }
    return new ArrayList<>(sources);
  }

  @Test
  void aQueryBecomesADataset() throws IOException {
    web.on("127.0.0.1/search", this::valueSerp);
    Result result = search("acme.jsonl");
    assertEquals(0, result.exitCode(), result.stderr());
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      wanted.add(web.url("docs.acme.example/p" + i));
    }
    assertEquals(wanted, sources("acme.jsonl"));
    JsonNode report = JSON.readTree(Files.readAllBytes(folder.resolve("acme.report.json")));
    assertEquals(4, report.at("/sources/0/findings/requests").asInt());
    assertEquals(4, report.at("/sources/0/findings/units_used").asInt());
    assertEquals(96, report.at("/sources/0/findings/units_left").asInt());
    assertEquals(96, credits.get());
    Result again = search("again.jsonl");
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(96, credits.get(), "a search is paid for once");
    assertEquals(-1, Files.mismatch(folder.resolve("acme.jsonl"), folder.resolve("again.jsonl")));
    assertKeyNowhere(result, again);
  }

  @Test
  void aWrongKeyIsToldAndNotRepeated() throws IOException {
    web.on("127.0.0.1/search", e -> fail(e, 401, "Invalid API key " + KEY));
    Result result = search("acme.jsonl");
    assertEquals(5, result.exitCode(), result.stderr());
    assertTrue(
        result
            .stderr()
            .startsWith(
                "error: valueserp: the key is not accepted, status 401: Invalid API key …\n"),
        result.stderr());
    assertEquals(1, web.visits().size());
    assertKeyNowhere(result);
  }

  @Test
  void anEmptyAccountIsTold() throws IOException {
    credits.set(0);
    web.on("127.0.0.1/search", this::valueSerp);
    Result result = search("acme.jsonl");
    assertEquals(6, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("You have run out of credits"), result.stderr());
    assertEquals(1, web.visits().size());
    assertKeyNowhere(result);
  }

  @Test
  void aQuotaThatEndsInTheMiddleLeavesWhatWasFound() throws IOException {
    credits.set(2);
    web.on("127.0.0.1/search", this::valueSerp);
    Result result = search("acme.jsonl");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(18, sources("acme.jsonl").size());
    assertTrue(result.stdout().contains("the account has nothing left"), result.stdout());
    assertKeyNowhere(result);
  }

  @Test
  void aServerThatIsAwayIsToldWithoutTheKey() throws IOException {
    cp = cp.env("COMPUTEPOOL_SEARCH_URL", "http://127.0.0.1:1/search");
    Result result = search("acme.jsonl");
    assertEquals(6, result.exitCode(), result.stderr());
    assertKeyNowhere(result);
  }

  @Test
  void withoutAKeyTheVariableIsNamed() {
    cp = cp.withoutEnv("VALUESERP_API_KEY");
    Result result = search("acme.jsonl");
    assertEquals(5, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("VALUESERP_API_KEY"), result.stderr());
    assertEquals(List.of(), web.visits());
  }
}
