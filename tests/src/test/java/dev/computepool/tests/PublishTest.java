package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp publish`: an adapter and its model to every place that can be had on one machine.
final class PublishTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String[] PUBLISH = {"publish", "lora", "--name", "tiny", "--to", "out"};

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeAdapter() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder).env("NO_PROXY", "*");
    assertEquals(0, cp.run("gguf", "sample", "base", "--hugging-face").exitCode());
    Path adapter = Files.createDirectory(folder.resolve("lora"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        """
        {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "base_model_name_or_path": "%s"}
        """
            .formatted(folder.resolve("base")));
    ByteBuffer numbers = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    while (numbers.hasRemaining()) {
      numbers.putFloat(0.5f);
    }
    SafetensorsEdit.write(
        adapter.resolve("adapter_model.safetensors"),
        """
        {"base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight":
           {"dtype": "F32", "shape": [2, 64], "data_offsets": [0, 512]},
         "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight":
           {"dtype": "F32", "shape": [64, 2], "data_offsets": [512, 1024]}}
        """,
        numbers.array());
  }

  private Result publish(String... more) {
    return cp.withArguments(PUBLISH).run(more);
  }

  private JsonNode json(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(more));
    words.add("--json");
    Result result = publish(words.toArray(String[]::new));
    assertEquals(0, result.exitCode(), result.stderr());
    return JSON.readTree(result.stdout());
  }

  private static Map<String, String> states(JsonNode report) {
    Map<String, String> states = new TreeMap<>();
    report
        .get("steps")
        .forEach(step -> states.put(step.get("step").asText(), step.get("state").asText()));
    return states;
  }

  private static Map<String, byte[]> read(Path directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anAdapterIsMergedConvertedAndCopiedAndASecondRunDoesNothing() throws IOException {
    JsonNode planned = json("--quant", "q8_0,f16", "--dry-run");
    assertEquals(List.of("base", "lora"), names());
    Map<String, String> all =
        Map.of(
            "merge", "todo",
            "convert-q8_0", "todo",
            "convert-f16", "todo",
            "modelfile", "todo",
            "card", "todo",
            "to", "todo");
    assertEquals(all, states(planned));
    assertEquals("done", states(json("--quant", "q8_0,f16")).get("to"));
    assertEquals(
        List.of(
            "Modelfile",
            "README.md",
            "SHA256SUMS",
            "config.json",
            "model.safetensors",
            "params",
            "template",
            "tiny-F16.gguf",
            "tiny-Q8_0.gguf",
            "tokenizer.json",
            "tokenizer_config.json"),
        List.copyOf(read(folder.resolve("out")).keySet()));
    Cli shell = Cli.of(Path.of("sha256sum"), folder.resolve("out"));
    Result sums = shell.run("-c", "--quiet", "SHA256SUMS");
    assertEquals(Result.done(""), sums);
    // The bytes of the other commands.
    assertEquals(0, cp.run("train", "merge", "lora", "--base", "base", "-o", "merged").exitCode());
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("merged/model.safetensors"), folder.resolve("out/model.safetensors")));

    Map<String, byte[]> first = read(folder.resolve("out"));
    Result second = publish("--quant", "q8_0,f16");
    assertEquals(0, second.exitCode(), second.stderr());
    assertEquals(
        6,
        second
            .stderr()
            .lines()
            .filter(l -> l.endsWith(": all is there, nothing has changed"))
            .count());
    assertSame(first, read(folder.resolve("out")));
    assertEquals(
        Map.of(
            "merge", "kept",
            "convert-q8_0", "done",
            "convert-f16", "done",
            "modelfile", "done",
            "card", "done",
            "to", "done"),
        states(json("--quant", "q8_0,f16", "--redo", "convert")));
    assertSame(first, read(folder.resolve("out")));
  }

  @Test
  void aKilledRunGoesOnAndGivesTheSameBytes() throws IOException {
    assertEquals(0, publish("--quant", "q8_0,f16").exitCode());
    Map<String, byte[]> expected = read(folder.resolve("out"));
    Kills.spread(
        8,
        () -> {
          Cli.of(Path.of("rm"), folder).run("-rf", "out", "lora.publish");
          return cp.withArguments(PUBLISH).start("--quant", "q8_0,f16");
        },
        share -> {
          Result again = publish("--quant", "q8_0,f16");
          assertEquals(0, again.exitCode(), "killed at " + share + ": " + again.stderr());
          try {
            assertSame(expected, read(folder.resolve("out")));
            assertEquals(List.of("base", "lora", "lora.publish", "out"), names());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingIsWritten() throws IOException {
    refused(2, "there is nowhere to publish to", cp.run("publish", "lora"));
    refused(2, "'q9' is none of q1_0", publish("--quant", "q9"));
    Result type = publish("--quant", "copy");
    refused(2, "'copy' is none of q1_0", type);
    assertFalse(type.stderr().contains(", copy"), type.stderr());
    refused(2, "--pr needs a repository", publish("--pr"));
    refused(2, "--git-branch needs a repository", publish("--git-branch", "main"));
    refused(2, "lora is not in GGUF", publish("--modelfile-only"));
    refused(2, "and lora is in it", cp.run("publish", "lora", "--to", ".", "--force"));
    refused(2, "who makes the commit?", publish("--git", "https://example.org/x"));
    refused(2, "there is no step 'quantise' in this plan", publish("--redo", "quantise"));
    refused(4, "no such file or folder: nothing", cp.run("publish", "nothing", "--to", "out"));
    refused(2, "no name of a repository", publish("--hf", "a b/c"));
    refused(2, "lora is not in GGUF", publish("--ollama", "a/b", "--install"));
    Files.writeString(folder.resolve("card.md"), "---\nlicense: My Own\nlanguage: [no]\n---\n");
    Result card = publish("--card", "card.md");
    refused(2, "license: has 'My Own'", card);
    assertTrue(card.stderr().contains("language: has false"), card.stderr());
    Files.writeString(folder.resolve("lora/adapter_model.safetensors"), "broken");
    refused(2, "adapter_model.safetensors", publish());
    assertEquals(List.of("base", "card.md", "lora"), names());
  }

  private static void refused(int code, String told, Result result) {
    assertEquals(code, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains(told), result.stderr());
    assertEquals("", result.stdout());
  }

  @Test
  void aFullDiskLeavesNothingHalfWritten() throws IOException {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (Mounts _ = Mounts.small(small, 600 << 10)) {
      Result result =
          cp.run("publish", "lora", "--quant", "f32,q8_0", "--work", "small/work", "--to", "out");
      assertEquals(7, result.exitCode(), result.stderr());
      assertTrue(result.stderr().startsWith("error: not enough disk space"), result.stderr());
      assertFalse(Files.exists(small.resolve("work")));
      assertFalse(Files.exists(folder.resolve("out")));
    }
  }

  @Test
  void everythingGoesToTheHubInOneCommitAndComesBack() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      Cli there = cp.env("HF_ENDPOINT", hub.endpoint()).env("HF_TOKEN", LocalHub.TOKEN);
      String[] publish = {
        "publish", "lora", "--hf", "acme/tiny", "--quant", "q8_0", "--license", "mit", "-v"
      };
      Result first = there.run(publish);
      assertEquals(0, first.exitCode(), first.stderr());
      assertEquals(List.of(), hub.violations());
      assertTrue(first.stdout().contains(hub.endpoint()), first.stdout());
      Map<String, byte[]> repository = hub.state.files("acme/tiny", "main");
      String readme = new String(repository.get("README.md"), StandardCharsets.UTF_8);
      assertTrue(readme.startsWith("---\nlicense: mit\n"), readme);
      assertTrue(readme.contains("llama-cli -hf acme/tiny:Q8_0"), readme);
      assertFalse(readme.contains(folder.toString()), readme);
      hub.forget();
      Result second = there.run(publish);
      assertEquals(0, second.exitCode(), second.stderr());
      assertTrue(
          second.stderr().contains("hugging-face: all is there, nothing has changed"),
          second.stderr());
      assertTrue(
          hub.seen().stream().allMatch(seen -> seen.method().equals("GET")),
          hub.lines().toString());
      Result back = there.run("models", "download", "acme/tiny", "-o", "back");
      assertEquals(0, back.exitCode(), back.stderr());
      assertEquals(
          -1,
          Files.mismatch(
              folder.resolve("back/tiny-Q8_0.gguf"),
              folder.resolve("lora.publish/tiny-Q8_0.gguf")));
      // The token is in nothing that was said or written.
      String said = first.stdout() + first.stderr() + second.stdout() + second.stderr();
      said += Files.readString(folder.resolve("lora.publish/publish.json"));
      assertFalse(said.contains(LocalHub.TOKEN), said);
    }
  }

  /// Gigabytes are sent for hours; the run that goes on reads them to send them, and not before.
  @Test
  void whatWasHashedForAnUploadThatFailedIsKnownToTheNext() throws IOException {
    assertEquals(0, cp.run("gguf", "sample", "big.gguf", "--size", "40MiB").exitCode());
    try (LocalHub hub = LocalHub.start()) {
      hub.trouble(s -> s.is("POST", "/commit/"), 99, (_, _) -> LocalHub.Reply.empty(403));
      Cli there = cp.env("HF_ENDPOINT", hub.endpoint()).env("HF_TOKEN", LocalHub.TOKEN);
      String[] publish = {"publish", "big.gguf", "--hf", "acme/big", "--license", "mit"};
      Result failed = there.run(publish);
      assertEquals(5, failed.exitCode(), failed.stderr());
      JsonNode step = journal("big.publish").at("/steps/hugging-face");
      assertFalse(step.path("done").asBoolean(true), step::toString);
      assertEquals(
          64, step.at("/inputs/..~1big.gguf/sha256").asText().length(), step::toPrettyString);
      hub.endTrouble();
      Result second = there.run(publish);
      assertEquals(0, second.exitCode(), second.stderr());
      assertEquals(List.of(), hub.violations());
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("big.gguf")),
          hub.state.files("acme/big", "main").get("big.gguf"));
    }
  }

  private JsonNode journal(String work) throws IOException {
    return JSON.readTree(Files.readAllBytes(folder.resolve(work).resolve("publish.json")));
  }

  @Test
  void aTokenThatMayOnlyReadIsRefusedBeforeAnythingIsMade() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      Result result =
          cp.env("HF_ENDPOINT", hub.endpoint())
              .env("HF_TOKEN", LocalHub.READ_TOKEN)
              .run("publish", "lora", "--hf", "acme/tiny", "--quant", "q8_0");
      refused(5, "may read only", result);
      assertEquals(List.of("base", "lora"), names());
    }
  }

  @Test
  void nothingIsAskedElsewhereWithoutNeed() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      Cli there = cp.env("HF_ENDPOINT", hub.endpoint()).env("HF_TOKEN", LocalHub.TOKEN);
      String[] names = {"publish", "lora", "--hf", "acme/tiny", "--quant", "q8_0"};
      Result offline = there.withArguments(names).run("--offline");
      refused(6, "the network must not be used", offline);
      Result files = there.withArguments(names).run("--modelfile-only");
      assertEquals(0, files.exitCode(), files.stderr());
      Result skipped = there.withArguments(names).run("--skip-hf", "--to", "out");
      assertEquals(0, skipped.exitCode(), skipped.stderr());
      assertEquals(List.of(), hub.lines());
      Result planned = there.withArguments(names).run("--dry-run");
      assertEquals(0, planned.exitCode(), planned.stderr());
      assertTrue(hub.seen().stream().allMatch(seen -> seen.method().equals("GET")));
    }
  }

  /// Every server that a publish could speak to, and the proxy, is one that only notes who asks.
  @Test
  void offlineAndForTheFilesAloneNobodyIsAsked() throws IOException {
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(any, 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      Cli there = cp.env("NO_PROXY", "").env("HTTP_PROXY", url).env("HTTPS_PROXY", url);
      there = there.env("HF_ENDPOINT", url).env("HF_TOKEN", LocalHub.TOKEN).env("OLLAMA_HOST", url);
      there = there.env("GIT_AUTHOR_NAME", "Ada").env("GIT_AUTHOR_EMAIL", "ada@example.org");
      there = there.withArguments("publish", "lora", "--quant", "q8_0");
      String[] hub = {"--hf", "acme/tiny"};
      String[] git = {"--git", url + "/tiny.git"};
      String[] ollama = {"--ollama", "alice/tiny", "--registry", url};
      for (String[] place : List.of(hub, git, ollama)) {
        Cli to = there.withArguments(place);
        refused(6, "the network must not be used", to.run("--offline"));
        Result files = to.run("--offline", "--modelfile-only");
        assertEquals(0, files.exitCode(), files.stderr());
        files = to.run("--modelfile-only");
        assertEquals(0, files.exitCode(), files.stderr());
        assertEquals(List.of(), asked, place[0]);
      }
      // All files are there now, so a plan compares them with what is elsewhere.
      for (String[] place : List.of(hub, git, ollama)) {
        asked.clear();
        there.withArguments(place).run("--dry-run");
        assertFalse(asked.isEmpty(), place[0]);
        assertTrue(
            asked.stream().allMatch(a -> a.startsWith("GET ") || a.startsWith("HEAD ")),
            asked.toString());
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aPasswordInAnAddressIsNeitherShownNorNoted() throws IOException {
    for (String more : List.of("--dry-run", "--progress=none")) {
      Result result = publish("--git", "https://me:s3cret@example.org/x.git", more);
      refused(2, "without a name or a password", result);
      assertFalse(result.stderr().contains("s3cret"), result.stderr());
    }
    assertEquals(List.of("base", "lora"), names());
  }

  private static String url(DockerRegistry registry) {
    return "http://" + registry.host();
  }

  @Test
  void aModelGoesToARegistryAndToOllamasFolder() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(temporary.resolve("registry"))) {
      Path models = temporary.resolve("models");
      Cli there = cp.env("OLLAMA_MODELS", models.toString());
      String[] publish = {
        "publish",
        "lora",
        "--quant",
        "q8_0,f16",
        "--ollama",
        "alice/tiny",
        "--install",
        "--registry",
        url(registry),
        "--json"
      };
      Result result = there.run(publish);
      assertEquals(0, result.exitCode(), result.stderr());
      Map<String, byte[]> installed = read(models);
      for (String tag : List.of("q8_0", "f16", "latest")) {
        byte[] manifest = installed.get("manifests/registry.ollama.ai/alice/tiny/" + tag);
        Result pulled =
            Cli.of(Path.of("curl"), folder)
                .run(
                    "-sf",
                    "-H",
                    "Accept: application/vnd.docker.distribution.manifest.v2+json",
                    url(registry) + "/v2/alice/tiny/manifests/" + tag);
        assertEquals(new String(manifest, StandardCharsets.UTF_8), pulled.stdout(), tag);
      }
      JsonNode again = JSON.readTree(there.run(publish).stdout());
      assertEquals("kept", states(again).get("ollama"));
      assertEquals("kept", states(again).get("install"));
    }
  }
}
