package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleModel;
import dev.computepool.gguf.sample.SampleSpec;
import dev.computepool.hash.Digest;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.HttpOptions;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.Model;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Params;
import dev.computepool.publish.ollama.registry.Credentials;
import dev.computepool.publish.ollama.registry.OllamaPull;
import dev.computepool.publish.ollama.registry.OllamaPush;
import dev.computepool.publish.ollama.registry.PullPlan;
import dev.computepool.publish.ollama.registry.PushPlan;
import dev.computepool.publish.ollama.registry.PushResult;
import dev.computepool.publish.ollama.registry.RegistryException;
import dev.computepool.publish.ollama.registry.RegistryOptions;
import dev.computepool.publish.ollama.store.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a real registry says to our requests.
class OllamaRegistryTest {
  private static final Retries QUICK =
      new Retries(6, Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(1), true);

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
    weights = model(folder.resolve("m.gguf"));
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

  private static Path model(Path file) throws IOException {
    SampleSpec spec = SampleSpec.tiny(Architecture.QWEN2).build();
    SampleModel.write(spec, file, false, Progress.NONE);
    return file;
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
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), "curl " + path);
    return bytes;
  }

  /// The commands by which the specification shows the protocol. Only the files are ours.
  private static final String SCRIPT =
      """
      set -eu
      R=http://$HOST/v2/alice/script
      MT=application/vnd.docker.distribution.manifest.v2+json
      sha() { sha256sum "$1" | cut -d' ' -f1; }
      loc() { tr -d '\\r' | sed -n 's/^[Ll]ocation: //p'; }
      printf '{{ .Prompt }}' > template
      printf '{"stop":["<|im_end|>"]}\\n' > params
      for f in model template params config; do
        d=sha256:$(sha $f)
        [ "$(curl -s -o /dev/null -w '%{http_code}' -I $R/blobs/$d)" = 200 ] && continue
        L=$(curl -sf -D - -o /dev/null -X POST $R/blobs/uploads/ | loc)
        size=$(stat -c %s $f); off=0
        while [ $off -lt $size ]; do
          n=$((size-off < 1000000 ? size-off : 1000000))
          tail -c +$((off+1)) $f | head -c $n > part
          L=$(curl -sf -D - -o /dev/null -X PATCH -H 'Content-Type: application/octet-stream' \
              -H "Content-Range: $off-$((off+n-1))" -H 'X-Redirect-Uploads: 1' \
              --data-binary @part "$L" | loc)
          off=$((off+n))
        done
        curl -sf -o /dev/null -X PUT -H 'Content-Type: application/octet-stream' "$L&digest=$d"
      done
      desc() { printf '{"mediaType":"%s","digest":"sha256:%s","size":%s}' \
        "$2" "$(sha $1)" "$(stat -c %s $1)"; }
      printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s,%s,%s]}' $MT \
        "$(desc config application/vnd.docker.container.image.v1+json)" \
        "$(desc model application/vnd.ollama.image.model)" \
        "$(desc template application/vnd.ollama.image.template)" \
        "$(desc params application/vnd.ollama.image.params)" > manifest
      curl -sf -X PUT -H "Content-Type: $MT" --data-binary @manifest $R/manifests/q4_k_m
      """;

  @Test
  void itIsWhatTheScriptOfTheSpecificationPushes() throws Exception {
    Path work = Files.createDirectories(folder.resolve("script"));
    Files.copy(weights, work.resolve("model"));
    Files.writeString(
        work.resolve("config"),
        """
        {"model_format":"gguf","model_family":"qwen2","model_families":["qwen2"],\
        "model_type":"385K","file_type":"F16","architecture":"amd64","os":"linux"}
        """);
    Result script = Cli.of(Path.of("/bin/sh"), work).env("HOST", registry.host()).run("-c", SCRIPT);
    assertEquals(Result.done(""), script);
    Image image = image("{{ .Prompt }}");
    push.run(push.plan(image, name, null), Progress.NONE);
    assertEquals(Files.readString(work.resolve("config")), image.configText());
    assertEquals(Files.readString(work.resolve("manifest")), image.manifest().toString());
    String type = "Accept: application/vnd.docker.distribution.manifest.v2+json";
    assertArrayEquals(
        Files.readAllBytes(work.resolve("manifest")), curl("manifests/q4_k_m", "-H", type));
    List<String> files = List.of("model", "template", "params", "config");
    for (int i = 0; i < files.size(); i++) {
      assertArrayEquals(
          Files.readAllBytes(work.resolve(files.get(i))),
          curl("blobs/" + image.blobs().get(i).digestText()));
    }
  }

  @Test
  void whatIsPulledIsWhatWasPushed() throws IOException {
    Image image = image("{{ .Prompt }}");
    push.run(push.plan(image, name, null), Progress.NONE);
    LocalStore store = new LocalStore(folder.resolve("models"));
    OllamaPull pull = new OllamaPull(http, options());
    PullPlan plan = pull.plan(name, store);
    assertEquals(image.totalBytes(), plan.bytes());
    pull.run(plan, Progress.NONE);
    assertEquals(Optional.of(image.manifest()), store.manifest(name));
    assertArrayEquals(
        Files.readAllBytes(weights),
        Files.readAllBytes(store.blob(image.blobs().getFirst().digest())));
  }

  @Test
  void whatIsPushedIsThereByteForByte() throws Exception {
    Image image = image("{{ .Prompt }}");
    PushPlan plan = push.plan(image, name, null);
    assertEquals(image.blobs(), plan.missing());
    assertEquals(image.totalBytes(), plan.bytes());
    assertEquals(
        new PushResult(name, image.manifest().digest(), true, image.totalBytes(), 0),
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
        new PushResult(name, image("a").manifest().digest(), false, 0, 0),
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
    assertTrue(push.run(push.plan(image, name, null), Progress.NONE).changed());
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
    assertTrue(right.run(right.plan(image, name, null), Progress.NONE).changed());
  }

  private static RegistryOptions withPassword(String text) {
    return RegistryOptions.standard(Credentials.Basic.of(text)).with(QUICK);
  }
}
