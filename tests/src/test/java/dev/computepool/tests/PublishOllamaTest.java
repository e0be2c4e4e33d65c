package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp publish --ollama`: what is told before anything is sent, and what is told to nobody.
final class PublishOllamaTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String USER = "alice:geheim";

  /// bcrypt of the password, with the cheapest setting.
  private static final String HTPASSWD =
      "alice:$2b$04$MpAUyDWdCZ4DmyYzXtYrKO7.ngpLDlHR48K.oqQLCRiHVNeb/JL9a\n";

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeModel() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder).env("NO_PROXY", "*");
    assertEquals(0, cp.run("gguf", "sample", "base", "--hugging-face").exitCode());
  }

  private static String url(DockerRegistry registry) {
    return "http://" + registry.host();
  }

  /// One that asks for a password.
  private DockerRegistry locked() throws IOException {
    Path passwords = Files.writeString(temporary.resolve("htpasswd"), HTPASSWD);
    return DockerRegistry.start(
        temporary.resolve("locked"),
        "auth: {htpasswd: {realm: test, path: %s}}".formatted(passwords));
  }

  private Cli publish(DockerRegistry registry, String name) {
    return cp.withArguments(
        "publish", "base", "--quant", "q8_0", "--registry", url(registry), "--ollama", name);
  }

  private static JsonNode planned(Cli call) throws IOException {
    Result result = call.run("--dry-run", "--json");
    assertEquals(0, result.exitCode(), result.stderr());
    for (JsonNode step : JSON.readTree(result.stdout()).get("steps")) {
      if (step.get("step").asText().equals("ollama")) {
        return step;
      }
    }
    throw new AssertionError(result.stdout());
  }

  private static void assertPlanned(
      JsonNode step, String state, String there, long has, long toSend, boolean exact) {
    assertEquals(state, step.get("state").asText());
    assertEquals(there, step.get("there").asText());
    assertEquals(has, step.get("bytes_there").asLong());
    assertEquals(toSend, step.get("bytes_to_send").asLong());
    assertEquals(exact, step.get("send_exact").asBoolean());
  }

  @Test
  void aDryRunTellsWhatIsThereAndWhatWouldBeSent() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(temporary.resolve("registry"))) {
      String first = registry.host() + "/alice/tiny:q8_0";
      JsonNode before = planned(publish(registry, "alice/tiny"));
      long estimate = before.get("bytes_to_send").asLong();
      assertPlanned(before, "todo", first + " is not there yet", 0, estimate, false);
      Result table = publish(registry, "alice/tiny").run("--dry-run");
      assertTrue(table.stdout().matches("(?s).*  about [0-9.]+ KiB to send  .*"), table.stdout());
      assertFalse(Files.exists(folder.resolve("base.publish")), "a plan writes nothing");

      Result sent = publish(registry, "alice/tiny").run();
      assertEquals(0, sent.exitCode(), sent.stderr());
      assertEquals(
          estimate, Files.size(folder.resolve("base.publish/base-Q8_0.gguf")), "it was the size");
      // Both names lead to the same blobs: each is there once.
      long all = bytesOfBlobs(temporary.resolve("registry"));
      assertPlanned(
          planned(publish(registry, "alice/tiny")),
          "done",
          "2 of 2 names lead to this model already",
          all,
          0,
          true);
      // Another name is a change for which not a byte is sent.
      assertPlanned(
          planned(publish(registry, "alice/tiny:v2")),
          "todo",
          "0 of 1 names lead to this model already",
          all,
          0,
          true);
      // Another repository of the registry has nothing yet.
      assertPlanned(
          planned(publish(registry, "alice/other:v2")),
          "todo",
          "0 of 1 names lead to this model already",
          0,
          all,
          true);
    }
  }

  /// Blobs that are no manifests.
  private static long bytesOfBlobs(Path registry) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(registry.resolve("data"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        boolean blob = file.endsWith("data") && file.toString().contains("/blobs/sha256/");
        if (blob && Files.isRegularFile(file) && !isManifest(file)) {
          bytes += Files.size(file);
        }
      }
    }
    return bytes;
  }

  private static boolean isManifest(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return new String(bytes, StandardCharsets.ISO_8859_1).startsWith("{\"schemaVersion\"");
  }

  @Test
  void whatIsWrongElsewhereIsToldBeforeAnythingIsMade() throws IOException {
    Cli publish = cp.withArguments("publish", "base", "--quant", "q8_0", "--ollama", "alice/tiny");
    refused(6, "the host refuses it", publish.run("--registry", "http://127.0.0.1:1"));
    refused(2, "everybody on the way", publish.run("--registry", "http://nowhere.invalid"));
    refused(
        6,
        "there is no host of that name",
        publish.run("--registry", "http://nowhere.invalid", "--insecure"));
    Path file = Files.writeString(temporary.resolve("file"), "no folder");
    refused(2, "is not a folder", publish.env("OLLAMA_MODELS", file.toString()).run("--install"));
    refused(2, "nobody here can push", publish.env("OLLAMA_HOST", "127.0.0.1:1").run());
    try (DockerRegistry registry = locked()) {
      refused(5, "wants a user and a password", publish.run("--registry", url(registry)));
      Cli wrong = publish.env("COMPUTEPOOL_REGISTRY_AUTH", "alice:falsch");
      refused(5, "does not accept the credentials", wrong.run("--registry", url(registry)));
      refused(5, "the credentials", wrong.run("--registry", url(registry), "--dry-run"));
    }
  }

  @Test
  void intoTheFolderOfAServiceTheServerPutsTheModel() throws IOException {
    Path models = Files.createDirectories(temporary.resolve("models"));
    Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    HttpServer server = server(bodies);
    try (Mounts _ = Mounts.readOnly(models)) {
      Cli publish =
          cp.env("OLLAMA_MODELS", models.toString())
              .withArguments("publish", "base", "--quant", "q8_0", "--ollama", "alice/tiny:x")
              .withArguments("--install");
      Cli unheard = publish.env("OLLAMA_HOST", "127.0.0.1:1");
      refused(1, "no permission for " + models, unheard.run());
      Cli heard = publish.env("OLLAMA_HOST", "127.0.0.1:" + server.getAddress().getPort());
      Result plan = heard.run("--dry-run");
      assertEquals(0, plan.exitCode(), plan.stderr());
      assertTrue(plan.stderr().contains("Ollama 0.33.0, which answers here"), plan.stderr());
      assertFalse(bodies.containsKey("POST /api/create"), "a dry run makes nothing");
      Result result = heard.run();
      assertEquals(0, result.exitCode(), result.stderr());
      assertTrue(result.stdout().contains("ollama run alice/tiny:x"), result.stdout());
      Path made =
          files(folder).stream()
              .filter(f -> f.endsWith("base-Q8_0.gguf"))
              .findFirst()
              .orElseThrow();
      byte[] gguf = Files.readAllBytes(made);
      String digest = "sha256:" + sha256(gguf);
      assertArrayEquals(gguf, bodies.get("POST /api/blobs/" + digest));
      JsonNode create = JSON.readTree(bodies.get("POST /api/create"));
      assertEquals("alice/tiny:x", create.get("model").asText());
      assertEquals(digest, create.get("files").elements().next().asText());
      assertFalse(bodies.containsKey("POST /api/push"), "nothing leaves this machine");
    } finally {
      server.stop(0);
    }
  }

  /// As much of Ollama's server as making a model takes.
  private static HttpServer server(Map<String, byte[]> bodies) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            bodies.put(exchange.getRequestMethod() + " " + path, body);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            String text =
                switch (path) {
                  case "/api/version" -> "{\"version\":\"0.33.0\"}";
                  case "/api/create" -> "{\"status\":\"success\"}\n";
                  case "/api/tags" ->
                      "{\"models\":[{\"name\":\"alice/tiny:x\",\"digest\":\"%s\"}]}"
                          .formatted("a".repeat(64));
                  default -> "";
                };
            byte[] answer = text.getBytes(StandardCharsets.UTF_8);
            int status = head ? 404 : path.startsWith("/api/blobs/") ? 201 : 200;
            exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
            if (answer.length > 0) {
              exchange.getResponseBody().write(answer);
            }
          }
        });
    server.start();
    return server;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refused(int code, String told, Result result) {
    assertEquals(code, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains(told), result.stderr());
    assertFalse(result.stderr().contains("falsch"), result.stderr());
    assertEquals("", result.stdout());
    assertFalse(Files.exists(folder.resolve("base.publish")), "nothing is made");
  }

  @Test
  void noSecretIsInOutputJournalOrProcessList() throws IOException {
    List<String> secrets =
        List.of(
            LocalHub.TOKEN,
            USER,
            Base64.getEncoder().encodeToString(USER.getBytes(StandardCharsets.UTF_8)));
    boolean llama = Files.isDirectory(Project.DISTRIBUTION.resolve("lib/llama"));
    try (LocalHub hub = LocalHub.start();
        DockerRegistry registry = locked()) {
      Cli publish =
          cp.env("HF_ENDPOINT", hub.endpoint())
              .env("HF_TOKEN", LocalHub.TOKEN)
              .env("COMPUTEPOOL_REGISTRY_AUTH", USER)
              .withArguments("publish", "base", "--quant", llama ? "q4_0" : "q8_0")
              .withArguments("--hf", "acme/tiny", "--ollama", "alice/tiny")
              .withArguments("--registry", url(registry), "-vv");
      boolean sawChild = !llama;
      for (int run = 0; run < (sawChild ? 1 : 20); run++) {
        String[] again = run == 0 ? new String[0] : new String[] {"--redo", "quantize"};
        try (Running running = publish.start(again)) {
          while (running.isAlive()) {
            sawChild |= look(running.pid(), secrets);
          }
          Result result = running.await();
          assertEquals(0, result.exitCode(), result.stderr());
          assertNone(secrets, "output", result.stdout() + result.stderr());
        }
        if (sawChild) {
          break;
        }
      }
      assertTrue(sawChild, "no child of the call was seen");
      assertTrue(Files.exists(folder.resolve("base.publish/publish.json")));
      List<Path> places = List.of(folder, Path.of(cp.environment().get("HOME")));
      for (Path place : places) {
        for (Path file : files(place)) {
          assertNone(secrets, file.toString(), read(file));
        }
      }
    }
  }

  /// Looks at the command lines of all processes, and at the environment of those that a call
  /// started.
  ///
  /// @return whether there was one that it started
  private static boolean look(long pid, List<String> secrets) throws IOException {
    for (Path process : list(Path.of("/proc"))) {
      if (process.getFileName().toString().matches("[0-9]+")) {
        assertNone(secrets, process + "/cmdline", read(process.resolve("cmdline")));
      }
    }
    boolean any = false;
    for (ProcessHandle child :
        ProcessHandle.of(pid).stream().flatMap(p -> p.descendants()).toList()) {
      Path process = Path.of("/proc", Long.toString(child.pid()));
      String command = read(process.resolve("cmdline")).replace('\0', ' ');
      // What the launcher itself calls has the environment of the user still.
      if (command.contains("WorkerMain")) {
        String environment = read(process.resolve("environ"));
        assertNone(secrets, command, environment);
        any |= environment.contains("PATH=");
      }
    }
    return any;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return new ArrayList<>(all.filter(Files::isRegularFile).toList());
    }
  }

  /// Empty where it is gone meanwhile.
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private static void assertNone(List<String> secrets, String place, String text) {
    for (String secret : secrets) {
      assertFalse(text.contains(secret), () -> "a secret is in " + place);
    }
  }
}
