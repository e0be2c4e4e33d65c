package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.TensorInfo;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `cp convert`, `cp inspect` and `cp train merge` as a user calls them, on directories that are
/// whole and on broken ones.
final class ConvertTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMBEDDING = "model.embed_tokens.weight";

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Path model = Path.of("");
  private Path weights = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeModel() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder);
    run("gguf", "sample", "tiny", "--hugging-face");
    model = folder.resolve("tiny");
    weights = model.resolve("model.safetensors");
  }

  private Result run(String... arguments) {
    Result result = cp.run(arguments);
    assertEquals(0, result.exitCode(), result.stderr());
    return result;
  }

  private JsonNode json(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.add("--json");
    return JSON.readTree(run(words.toArray(String[]::new)).stdout());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "auto, BF16, 2.0",
    "f32, F32, 4.0",
    "f16, F16, 2.0",
    "bf16, BF16, 2.0",
    "q8_0, Q8_0, 1.0625"
  })
  void convertsToEachType(String type, String ggmlType, double bytesPerWeight) throws IOException {
    JsonNode report = json("convert", "tiny", "-o", "tiny.gguf", "--outtype", type);
    assertEquals("llama", report.get("architecture").asText());
    assertEquals(Files.size(folder.resolve("tiny.gguf")), report.get("bytes").asLong());
    float[] source = source();
    try (GgufFile file = GgufFile.open(folder.resolve("tiny.gguf"))) {
      assertEquals(21, file.header().tensors().size());
      for (TensorInfo tensor : file.header().tensors()) {
        boolean vector = tensor.shape().extents().size() == 1;
        assertEquals(vector ? "F32" : ggmlType, tensor.type().name(), tensor.name());
      }
      TensorInfo embedding = tensor(file, "token_embd.weight");
      assertEquals(List.of(64L, 693L), embedding.shape().extents());
      assertEquals((long) (source.length * bytesPerWeight), embedding.byteSize());
      if (type.equals("f32")) {
        assertArrayEquals(
            source,
            file.bytes(embedding)
                .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)));
      } else if (ggmlType.equals("BF16")) {
        assertArrayEquals(
            SafetensorsEdit.bytes(weights, EMBEDDING),
            file.bytes(embedding).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    JsonNode inspected = json("inspect", "tiny.gguf");
    assertEquals("gguf", inspected.get("kind").asText());
    assertEquals(List.of("tiny", "tiny.gguf"), names());
  }

  /// The numbers of the embedding, which keep their places.
  private float[] source() throws IOException {
    ShortBuffer halves =
        ByteBuffer.wrap(SafetensorsEdit.bytes(weights, EMBEDDING))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer();
    float[] numbers = new float[halves.remaining()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Float.intBitsToFloat(halves.get(i) << 16);
    }
    return numbers;
  }

  private static TensorInfo tensor(GgufFile file, String name) {
    return file.header().tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSplitSetMergesIntoTheOneFile() throws IOException {
    run("convert", "tiny", "-o", "whole.gguf");
    JsonNode report = json("convert", "tiny", "-o", "part.gguf", "--split-max-tensors", "8");
    assertEquals(3, report.get("files").size());
    run("gguf", "merge", "part-00001-of-00003.gguf", "merged.gguf");
    try (GgufFile whole = GgufFile.open(folder.resolve("whole.gguf"));
        GgufFile merged = GgufFile.open(folder.resolve("merged.gguf"))) {
      for (TensorInfo tensor : whole.header().tensors()) {
        TensorInfo other = tensor(merged, tensor.name());
        assertEquals(
            -1, whole.bytes(tensor).mismatch(merged.bytes(other)), "bytes of " + tensor.name());
      }
    }
  }

  @Test
  void inspectTellsEachKind() throws IOException {
    writeAdapter();
    run("convert", "tiny", "-o", "tiny.gguf");
    run("convert", "tiny", "-o", "part.gguf", "--split-max-tensors", "8");
    String id = json("shard", "split", "tiny.gguf", "-o", "shards").get("model_id").asText();
    List<String> kinds = new ArrayList<>();
    for (String path :
        List.of(
            "tiny.gguf",
            "part-00002-of-00003.gguf",
            "tiny/model.safetensors",
            "tiny",
            "lora",
            "shards/" + id)) {
      kinds.add(json("inspect", path).get("kind").asText());
      assertTrue(run("inspect", path, "--tensors").stdout().contains("\n"), path);
    }
    assertEquals(List.of("gguf", "split_set", "safetensors", "model", "adapter", "shards"), kinds);
    JsonNode inspected = json("inspect", "tiny");
    assertEquals("LlamaForCausalLM", inspected.get("architecture").asText());
    assertEquals(21, inspected.get("tensor_count").asInt());
    assertEquals(Files.size(weights), inspected.get("bytes").asLong());
  }

  private void writeAdapter() throws IOException {
    Path adapter = Files.createDirectory(folder.resolve("lora"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}");
    String module = "base_model.model.model.layers.0.self_attn.q_proj.lora_";
    String header =
        """
        {"%sA.weight": {"dtype": "F32", "shape": [2, 64], "data_offsets": [0, 512]},
         "%sB.weight": {"dtype": "F32", "shape": [64, 2], "data_offsets": [512, 1024]}}
        """
            .formatted(module, module);
    ByteBuffer data = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(0.5f);
    }
    SafetensorsEdit.write(adapter.resolve("adapter_model.safetensors"), header, data.array());
  }

  @Test
  void tellsAllThatIsWrongAtOnceAndWritesNothing() throws IOException {
    Files.move(weights, model.resolve("model-00001-of-00002.safetensors"));
    weights = model.resolve("model-00001-of-00002.safetensors");
    Files.writeString(
        model.resolve("model.safetensors.index.json"),
        """
        {"weight_map": {"model.embed_tokens.weight": "model-00001-of-00002.safetensors",
                        "lm_head.weight": "model-00002-of-00002.safetensors"}}
        """);
    SafetensorsEdit.header(
        weights,
        header ->
            header
                .replaceFirst("(\"model.norm.weight\":\\{\"dtype\":)\"BF16\"", "$1\"BF17\"")
                .replaceFirst(
                    "(\"model.layers.0.mlp.up_proj.weight\":\\{\"dtype\":\"BF16\",\"shape\":)"
                        + "\\[160,64\\]",
                    "$1[64,160]"));
    editTokenizer("\"Ġand\" : 269", "\"Ġand\" : 900");
    assertRefused(
        "tiny",
        "model-00002-of-00002.safetensors: is missing, though model.safetensors.index.json names"
            + " it",
        "tensor 'model.norm.weight' has an unknown dtype 'BF17'",
        "tensor model.layers.0.mlp.up_proj.weight: has shape [64, 160], config.json makes it"
            + " [160, 64]",
        "900");
  }

  private void editTokenizer(String from, String to) throws IOException {
    Path tokenizer = model.resolve("tokenizer.json");
    String text = Files.readString(tokenizer);
    assertTrue(text.contains(from), text);
    Files.writeString(tokenizer, text.replace(from, to));
  }

  /// Whether it writes, only looks or may replace: each problem is told, and nothing is written.
  private void assertRefused(String directory, String... problems) throws IOException {
    for (String output : List.of("", "--dry-run", "--force")) {
      List<String> words = new ArrayList<>(List.of("convert", directory, "-o", "refused.gguf"));
      if (!output.isEmpty()) {
        words.add(output);
      }
      Result result = cp.run(words.toArray(String[]::new));
      assertEquals(2, result.exitCode(), result.stderr());
      assertEquals("", result.stdout());
      for (String problem : problems) {
        assertTrue(result.stderr().contains(problem), problem + " in " + result.stderr());
      }
    }
    assertEquals(List.of(directory), names());
  }

  @Test
  void refusesTwoTensorsOfOneName() throws IOException {
    SafetensorsEdit.header(
        weights,
        header ->
            header.replace(
                "model.layers.1.input_layernorm.weight", "model.layers.0.input_layernorm.weight"));
    assertRefused("tiny", "model.layers.0.input_layernorm.weight");
  }

  @Test
  void refusesATensorThatTwoFilesHave() throws IOException {
    Files.copy(weights, model.resolve("model-again.safetensors"));
    assertRefused("tiny", EMBEDDING + ": is in both model-again.safetensors and model.safetensors");
  }

  @Test
  void replacesAFileOnlyIfAsked() throws IOException {
    Path target = Files.writeString(folder.resolve("tiny.gguf"), "mine");
    Result refused = cp.run("convert", "tiny", "-o", "tiny.gguf");
    assertEquals(2, refused.exitCode(), refused.stderr());
    assertTrue(refused.stderr().contains("--force replaces it"), refused.stderr());
    assertEquals("mine", Files.readString(target));
    run("convert", "tiny", "-o", "tiny.gguf", "--force");
    run("gguf", "info", "tiny.gguf");
  }

  @Test
  void aMergedAdapterChangesWhatItIsFor() throws IOException {
    writeAdapter();
    JsonNode report = json("train", "merge", "lora", "--base", "tiny", "-o", "merged");
    assertEquals("[\"model.layers.0.self_attn.q_proj.weight\"]", report.get("changed").toString());
    Path merged = folder.resolve("merged/model.safetensors");
    String changed = "model.layers.0.self_attn.q_proj.weight";
    byte[] before = SafetensorsEdit.bytes(weights, changed);
    byte[] after = SafetensorsEdit.bytes(merged, changed);
    // W + 4/2 · B·A, with all of both 0.5 and two of them: W + 1.
    for (int i = 0; i < before.length; i += 2) {
      assertEquals(number(before, i) + 1, number(after, i), 1 / 128f);
    }
    assertArrayEquals(
        SafetensorsEdit.bytes(weights, EMBEDDING), SafetensorsEdit.bytes(merged, EMBEDDING));
    run("convert", "merged", "-o", "merged.gguf");
    run("convert", "lora", "--base", "tiny", "-o", "lora.gguf");
    Result again = cp.run("train", "merge", "lora", "--base", "tiny", "-o", "merged");
    assertEquals(2, again.exitCode(), again.stderr());
  }

  private static float number(byte[] bytes, int at) {
    return Float.intBitsToFloat((bytes[at] & 0xff) << 16 | bytes[at + 1] << 24);
  }
}
