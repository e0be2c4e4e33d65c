package dev.computepool.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.cli.CliRunner;
import dev.computepool.cli.CliRunner.Result;
import dev.computepool.convert.sample.SampleDirectory;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp convert`, `cp inspect` and `cp train merge` as they are typed.
class ConvertTest {
  @TempDir Path folder;
  private String model = "";

  @BeforeEach
  void writeModel() throws IOException {
    model = folder.resolve("tiny").toString();
    SampleDirectory.write(Path.of(model), SampleDirectory.tiny(1), false);
  }

  private Result run(String... args) {
    return new CliRunner(folder).run(args);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private static JsonNode json(String text) throws IOException {
    return new JsonMapper().readTree(text);
  }

  private String adapter() throws IOException {
    Path adapter = Files.createDirectory(folder.resolve("lora"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}");
    String module = "base_model.model.model.layers.0.self_attn.q_proj.";
    SafetensorsLayout layout =
        SafetensorsLayout.of(
            List.of(
                new SafetensorsLayout.Entry(module + "lora_A.weight", Dtype.F32, List.of(2L, 64L)),
                new SafetensorsLayout.Entry(module + "lora_B.weight", Dtype.F32, List.of(64L, 2L))),
            Map.of());
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(adapter.resolve("adapter_model.safetensors"), layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        ByteBuffer ones = ByteBuffer.allocate(512);
        while (ones.hasRemaining()) {
          ones.putInt(0x0000_803f); // 1.0, little-endian
        }
        writer.write(tensor, ones.flip());
      }
      writer.commit();
    }
    return adapter.toString();
  }

  @Test
  void convertsADirectoryAndShowsWhatItWrote() throws IOException {
    Result result = run("convert", model, "-o", at("tiny.gguf"), "--json");
    assertEquals(0, result.code(), result.stderr());
    JsonNode report = json(result.stdout());
    assertEquals("llama", report.path("architecture").asText());
    assertEquals(21, report.path("tensor_count").asInt());
    assertEquals(Files.size(folder.resolve("tiny.gguf")), report.path("bytes").asLong());
    JsonNode inspected = json(run("inspect", at("tiny.gguf"), "--json").stdout());
    assertEquals("gguf", inspected.path("kind").asText());
    assertEquals("llama", inspected.path("architecture").asText());
  }

  @Test
  void aDryRunWritesNothingAndChecksTheSame() throws IOException {
    Result dry = run("convert", model, "-o", at("tiny.gguf"), "-n");
    assertEquals(0, dry.code(), dry.stderr());
    assertFalse(Files.exists(folder.resolve("tiny.gguf")));
    assertTrue(dry.stderr().contains("dry run: nothing was written"), dry.stderr());
    assertEquals(
        new Result(4, "", "error: no such file or folder: %s\n".formatted(at("none"))),
        run("convert", model, "-o", at("none/tiny.gguf"), "-n"));
    Files.createFile(folder.resolve("tiny.gguf"));
    Result taken = run("convert", model, "-o", at("tiny.gguf"), "-n");
    assertEquals(2, taken.code());
    assertTrue(taken.stderr().contains("--force replaces it"), taken.stderr());
  }

  @Test
  void endsWithTwoAndWritesNothingIfTheInputIsWrong() throws IOException {
    Path config = Path.of(model, "config.json");
    Files.writeString(config, Files.readString(config).replace("LlamaFor", "LlamboFor"));
    Result unknown = run("convert", model, "-o", at("tiny.gguf"));
    assertEquals(2, unknown.code());
    assertTrue(
        unknown.stderr().contains("architecture LlamboForCausalLM is not known; these are: "),
        unknown.stderr());
    assertFalse(Files.exists(folder.resolve("tiny.gguf")));
  }

  @Test
  void saysWhatAnAdapterNeeds() throws IOException {
    String adapter = adapter();
    Result alone = run("convert", adapter, "-o", at("lora.gguf"));
    assertEquals(2, alone.code());
    assertTrue(alone.stderr().contains("is an adapter: its base is needed"), alone.stderr());
    Result converted = run("convert", adapter, "--base", model, "-o", at("lora.gguf"));
    assertEquals(0, converted.code(), converted.stderr());
    Result wrong = run("convert", model, "--base", model, "-o", at("other.gguf"));
    assertEquals(2, wrong.code());
    assertTrue(wrong.stderr().contains("--base is for adapters"), wrong.stderr());
    JsonNode inspected = json(run("inspect", adapter, "--json").stdout());
    assertEquals("adapter", inspected.path("kind").asText());
  }

  @Test
  void mergesAnAdapterIntoAModelThatConverts() throws IOException {
    Result merged = run("train", "merge", adapter(), "--base", model, "-o", at("merged"), "--json");
    assertEquals(0, merged.code(), merged.stderr());
    JsonNode report = json(merged.stdout());
    assertEquals("[\"model.layers.0.self_attn.q_proj.weight\"]", report.path("changed").toString());
    assertEquals(0, run("convert", at("merged"), "-o", at("merged.gguf")).code());
    Result again = run("train", "merge", at("lora"), "--base", model, "-o", at("merged"));
    assertEquals(2, again.code());
    assertTrue(again.stderr().contains("exists already"), again.stderr());
  }

  @Test
  void inspectsModelsAndRefusesWhatIsNone() throws IOException {
    JsonNode inspected = json(run("inspect", model, "--json").stdout());
    assertEquals("model", inspected.path("kind").asText());
    assertTrue(inspected.path("convertible").asBoolean());
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
    Result refused = run("inspect", text.toString());
    assertEquals(2, refused.code());
    assertTrue(refused.stderr().contains("neither GGUF nor safetensors"), refused.stderr());
    assertEquals(4, run("inspect", at("nothing")).code());
  }
}
