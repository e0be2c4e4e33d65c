package dev.computepool.publish.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.chat.Message;
import dev.computepool.chat.Role;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTest {
  @TempDir Path folder;

  private static String sha(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String sha(String text) throws Exception {
    return sha(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aModelIsItsManifestItsConfigAndItsLayers() throws Exception {
    Path weights = Models.gguf(folder.resolve("m.gguf"), 2_500_000, Models::qwen2);
    Path lora = Models.gguf(folder.resolve("a.gguf"), 1000, Models::adapter);
    Model model =
        Model.of(weights)
            .adapter(new Model.Gguf(lora, null))
            .template("{{ .Prompt }}")
            .system("Be brief.")
            .params(Params.of(Map.of("stop", "<|im_end|>", "temperature", 0.7, "num_ctx", "4096")))
            .message(new Message(Role.USER, "hi"))
            .license("MIT")
            .license("Apache-2.0")
            .requires("0.30.0")
            .build();
    Image image = Image.of(model, Progress.NONE);
    String config =
        """
        {"model_format":"gguf","model_family":"qwen2","model_families":["qwen2"],\
        "model_type":"2.50M","file_type":"Q4_K_M","requires":"0.30.0","architecture":"amd64",\
        "os":"linux"}
        """;
    assertEquals(config, image.configText());
    byte[] bytes = Files.readAllBytes(weights);
    byte[] adapter = Files.readAllBytes(lora);
    String params = "{\"num_ctx\":4096,\"stop\":[\"<|im_end|>\"],\"temperature\":0.7}\n";
    String messages = "[{\"role\":\"user\",\"content\":\"hi\"}]\n";
    String type = "{\"mediaType\":\"application/vnd.ollama.image.";
    assertEquals(
        "{\"schemaVersion\":2,"
            + "\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\","
            + "\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\","
            + tail(sha(config), config.length())
            + ",\"layers\":["
            + (type + "model\"," + tail(sha(bytes), bytes.length) + ",")
            + (type + "adapter\"," + tail(sha(adapter), adapter.length) + ",")
            + (type + "template\"," + tail(sha("{{ .Prompt }}"), 13) + ",")
            + (type + "system\"," + tail(sha("Be brief."), 9) + ",")
            + (type + "params\"," + tail(sha(params), params.length()) + ",")
            + (type + "messages\"," + tail(sha(messages), messages.length()) + ",")
            + (type + "license\"," + tail(sha("MIT"), 3) + ",")
            + (type + "license\"," + tail(sha("Apache-2.0"), 10) + "]}"),
        image.manifest().toString());
    assertEquals(image.manifest(), Image.of(model, Progress.NONE).manifest());
    assertEquals(
        sha(image.manifest().toString()), image.manifest().digest().hex(), "the model's identity");
    assertEquals(
        bytes.length
            + adapter.length
            + 13
            + 9
            + params.length()
            + messages.length()
            + 3
            + 10
            + config.length(),
        image.totalBytes());
  }

  private static String tail(String sha, long size) {
    return "\"digest\":\"sha256:%s\",\"size\":%d}".formatted(sha, size);
  }

  @Test
  void aDigestThatIsKnownIsNotComputedAgain() throws IOException {
    Path weights = Models.gguf(folder.resolve("m.gguf"), 10, Models::qwen2);
    Digest known = Digest.parse("ab".repeat(32));
    Image image = Image.of(Model.of(new Model.Gguf(weights, known)).build(), Progress.NONE);
    assertEquals(known, image.layers().getFirst().blob().digest());
  }

  @Test
  void twoEqualLicensesAreOneBlob() throws IOException {
    Path weights = Models.gguf(folder.resolve("m.gguf"), 10, Models::qwen2);
    Image image = Image.of(Model.of(weights).license("MIT").license("MIT").build(), Progress.NONE);
    assertEquals(3, image.layers().size());
    assertEquals(3, image.blobs().size());
    assertEquals(3, image.manifest().blobs().size());
  }

  @Test
  void whatIsNoWholeModelIsRefused() throws IOException {
    Path part =
        Models.gguf(
            folder.resolve("part.gguf"),
            10,
            b -> b.put("split.count", new MetadataValue.Int(MetadataType.UINT16, 3)));
    assertEquals(
        List.of(
            "has no general.architecture", "is one of 3 parts of a model; 'gguf merge' joins them"),
        problems(Model.of(part).build()));
    Path lora = Models.gguf(folder.resolve("lora.gguf"), 10, Models::adapter);
    assertEquals(List.of("is an adapter, not a whole model"), problems(Model.of(lora).build()));
    Path whole = Models.gguf(folder.resolve("whole.gguf"), 10, Models::qwen2);
    assertEquals(
        List.of("is no adapter: its general.type does not say so"),
        problems(Model.of(whole).adapter(new Model.Gguf(whole, null)).build()));
    Path llama =
        Models.gguf(
            folder.resolve("llama.gguf"),
            10,
            b -> b.put("general.architecture", MetadataValue.Text.of("llama")));
    assertEquals(
        List.of("adapts models of architecture qwen2, this one is llama"),
        problems(Model.of(llama).adapter(new Model.Gguf(lora, null)).build()));
  }

  private static List<String> problems(Model model) {
    return assertThrows(FormatException.class, () -> Image.of(model, Progress.NONE))
        .problems()
        .stream()
        .map(FormatException.Problem::toString)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "999,999",
    "1000,1K",
    "12345,12K",
    "1000000,1M",
    "494032768,494.03M",
    "1000000000,1B",
    "8000000000,8B",
    "8030261248,8.0B",
    "7615616512,7.6B",
    "1543714304,1.5B"
  })
  void numbersOfParametersAreWrittenAsOllamaWritesThem(long count, String text) {
    assertEquals(text, new GgufFacts("llama", count, "F16").parameterText());
  }

  @Test
  void aManifestFromElsewhereKeepsItsBytes() throws IOException {
    String digest = "sha256:" + "ab".repeat(32);
    String text =
        " {\"layers\": [{\"digest\": \"%s\", \"size\": 3, \"mediaType\": \"x\", \"from\": \"y\"}],\n\"config\": {\"digest\": \"%s\", \"size\": 4}}"
            .formatted(digest, digest);
    Manifest manifest = Manifest.parse("m", text.getBytes(StandardCharsets.UTF_8));
    assertEquals(text, manifest.toString());
    assertEquals(List.of(new Descriptor("x", Digest.parse("ab".repeat(32)), 3)), manifest.layers());
  }

  @Test
  void aDigestThatIsAPathIsNoDigest() {
    String text =
        "{\"config\":{\"digest\":\"sha256:../../x\",\"size\":1},\"layers\":[{\"digest\":\"sha256:%s\",\"size\":-1}]}"
            .formatted("AB".repeat(32));
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> Manifest.parse("m", text.getBytes(StandardCharsets.UTF_8)));
    assertEquals(2, e.problems().size());
    assertThrows(
        FormatException.class,
        () -> Manifest.parse("m", "<html>".getBytes(StandardCharsets.UTF_8)));
    String noList =
        "{\"config\":{\"digest\":\"sha256:%s\",\"size\":1},\"layers\":{\"a\":1}}"
            .formatted("ab".repeat(32));
    assertThrows(
        FormatException.class, () -> Manifest.parse("m", noList.getBytes(StandardCharsets.UTF_8)));
    assertThrows(
        FormatException.class, () -> Manifest.parse("m", "{}".getBytes(StandardCharsets.UTF_8)));
  }
}
