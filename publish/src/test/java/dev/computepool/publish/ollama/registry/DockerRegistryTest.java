package dev.computepool.publish.ollama.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Digest;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a real registry says to our requests.
class DockerRegistryTest {
  private static final Retries QUICK =
      new Retries(6, Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(1));

  @TempDir Path folder;
  private DockerRegistry registry;
  private Http http;
  private ModelName name;
  private OllamaPush push;
  private Path weights;

  @BeforeEach
  void start() throws IOException {
    registry = DockerRegistry.start(folder.resolve("registry"));
    http = Http.open(HttpOptions.standard("test"), Progress.NONE.cancellation());
    name = new ModelName("http", registry.host(), "alice", "tiny", "q4_k_m");
    push = new OllamaPush(http, options());
    weights = Models.gguf(folder.resolve("m.gguf"), 3_000_000, Models::qwen2);
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      registry.close();
    }
    if (http != null) {
      http.close();
    }
  }

  private static RegistryOptions options() {
    return RegistryOptions.standard(new Credentials.Anonymous())
        .withPartBytes(1_000_000)
        .with(QUICK);
  }

  private Image image(String template) throws IOException {
    return Image.of(
        Model.of(weights)
            .template(template)
            .params(Params.of(Map.of("stop", List.of("<|im_end|>"))))
            .build(),
        Progress.NONE);
  }

  private byte[] curl(String path, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("curl", "-sf"));
    command.addAll(List.of(options));
    command.add("http://" + registry.host() + "/v2/alice/tiny/" + path);
    Process process = new ProcessBuilder(command).start();
    byte[] bytes = process.getInputStream().readAllBytes();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), "curl " + path);
    return bytes;
  }

  @Test
  void whatIsPushedIsThereByteForByte() throws Exception {
    Image image = image("{{ .Prompt }}");
    PushPlan plan = push.plan(image, name, null);
    assertEquals(image.blobs(), plan.missing());
    assertEquals(image.totalBytes(), plan.bytes());
    assertEquals(
        new PushResult(name, image.manifest().digest(), true, image.totalBytes(), 0, true),
        push.run(plan, Progress.NONE));
    assertArrayEquals(
        image.manifest().bytes(),
        curl(
            "manifests/q4_k_m",
            "-H",
            "Accept: application/vnd.docker.distribution.manifest.v2+json"));
    for (Blob blob : image.blobs()) {
      byte[] there = curl("blobs/" + blob.digestText());
      assertEquals(blob.digest(), Blob.of(there).digest());
    }
    assertArrayEquals(
        Files.readAllBytes(weights), curl("blobs/" + image.blobs().getFirst().digestText()));
  }

  @Test
  void theSecondRunSendsNothing() throws IOException {
    push.run(push.plan(image("a"), name, null), Progress.NONE);
    PushPlan again = push.plan(image("a"), name, null);
    assertTrue(again.isUpToDate());
    assertEquals(
        new PushResult(name, image("a").manifest().digest(), false, 0, 0, true),
        push.run(again, Progress.NONE));
  }

  @Test
  void anotherTemplateSendsNotTheWeightsAgain() throws IOException {
    push.run(push.plan(image("a"), name, null), Progress.NONE);
    PushPlan plan = push.plan(image("another"), name, null);
    assertEquals(image("a").manifest().digest(), plan.replaces());
    assertEquals(7, plan.bytes());
    assertEquals(7, push.run(plan, Progress.NONE).sent());
  }

  @Test
  void anotherRepositorysBlobsAreMounted() throws IOException {
    push.run(push.plan(image("a"), name, null), Progress.NONE);
    ModelName other = new ModelName("http", registry.host(), "alice", "other", "x");
    Image image = image("another");
    PushResult result = push.run(push.plan(image, other, "alice/tiny"), Progress.NONE);
    assertEquals(image.totalBytes() - 7, result.mounted());
    assertEquals(7, result.sent());
  }

  @Test
  void aWrongDigestIsReportedAndNothingIsVisible() throws IOException {
    Digest wrong = Digest.parse("ab".repeat(32));
    Image image = Image.of(Model.of(new Model.Gguf(weights, wrong)).build(), Progress.NONE);
    PushPlan plan = push.plan(image, name, null);
    VerificationException e =
        assertThrows(VerificationException.class, () -> push.run(plan, Progress.NONE));
    assertEquals(
        weights + ": the registry got other bytes than sha256:" + wrong.hex(), e.getMessage());
    assertEquals(null, push.plan(image, name, null).replaces());
  }

  @Test
  void anEmptyLayerIsALayer() throws IOException {
    Image image = Image.of(Model.of(weights).system("").build(), Progress.NONE);
    assertTrue(push.run(push.plan(image, name, null), Progress.NONE).confirmed());
  }

  @Test
  void aPasswordIsGivenToWhoeverAsksForOne() throws Exception {
    registry.close();
    Path passwords = folder.resolve("htpasswd");
    // bcrypt of "geheim", with the cheapest setting
    Files.writeString(
        passwords, "alice:$2b$04$MpAUyDWdCZ4DmyYzXtYrKO7.ngpLDlHR48K.oqQLCRiHVNeb/JL9a\n");
    registry =
        DockerRegistry.start(
            folder.resolve("locked"),
            "auth: {htpasswd: {realm: test, path: %s}}".formatted(passwords));
    name = new ModelName("http", registry.host(), "alice", "tiny", "q4_k_m");
    Image image = image("a");
    RegistryException e = assertThrows(RegistryException.class, () -> push.plan(image, name, null));
    assertEquals(RegistryException.Kind.NOT_AUTHORISED, e.kind());
    OllamaPush wrong = new OllamaPush(http, withPassword("alice:falsch"));
    e = assertThrows(RegistryException.class, () -> wrong.plan(image, name, null));
    assertEquals(RegistryException.Kind.NOT_AUTHORISED, e.kind());
    OllamaPush right = new OllamaPush(http, withPassword("alice:geheim"));
    assertTrue(right.run(right.plan(image, name, null), Progress.NONE).confirmed());
  }

  private static RegistryOptions withPassword(String text) {
    return RegistryOptions.standard(Credentials.Basic.of(text)).with(QUICK);
  }
}
