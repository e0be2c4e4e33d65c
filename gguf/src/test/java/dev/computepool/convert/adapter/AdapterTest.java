package dev.computepool.convert.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.convert.model.Conversion;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.tiny.TinyFamilies;
import dev.computepool.convert.tiny.TinyModel;
import dev.computepool.convert.tiny.TinyWeights;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsSet;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Adapters of the tiny Mistral, merged and as GGUF, against sums computed one number at a time.
class AdapterTest {
  private static final String QUERY = "model.layers.1.self_attn.q_proj";
  private static final String DOWN = "model.layers.0.mlp.down_proj";
  private static final int EMBEDDING = 64;
  private static final int MIDDLE = 96;
  private static final int QUERIES = 128;
  private static final int RANK = 4;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;
  private Path base = Path.of("");

  @BeforeEach
  void writeBase() throws IOException {
    TinyModel model =
        TinyFamilies.all().stream()
            .filter(m -> m.name().equals("mistral"))
            .findFirst()
            .orElseThrow();
    base = model.write(folder);
  }

  private static SafetensorsLayout.Entry entry(String name, long... shape) {
    return new SafetensorsLayout.Entry(
        "base_model.model." + name, Dtype.F32, Arrays.stream(shape).boxed().toList());
  }

  private static List<SafetensorsLayout.Entry> factors(String module, long outputs, long inputs) {
    return List.of(
        entry(module + ".lora_A.weight", RANK, inputs),
        entry(module + ".lora_B.weight", outputs, RANK));
  }

  private Path adapter(String config, List<SafetensorsLayout.Entry> entries) throws IOException {
    Path directory = Files.createDirectories(folder.resolve("adapter"));
    Files.writeString(
        directory.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 6%s}".formatted(config));
    SafetensorsLayout layout = SafetensorsLayout.of(entries, Map.of("format", "pt"));
    try (SafetensorsWriter writer =
        SafetensorsWriter.replace(directory.resolve("adapter_model.safetensors"), layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        writer.write(
            tensor,
            TinyWeights.bytes(tensor.name(), tensor.dtype(), Math.toIntExact(tensor.elements())));
      }
      writer.commit();
    }
    return directory;
  }

  private static float[] numbers(String name, int count) {
    return TinyWeights.numbers("base_model.model." + name, Dtype.F32, count);
  }

  /// `W + scale * B * A` with sums of doubles.
  private static double[] sum(String module, int outputs, int inputs, double scale) {
    float[] w = TinyWeights.numbers(module + ".weight", Dtype.BF16, outputs * inputs);
    float[] a = numbers(module + ".lora_A.weight", RANK * inputs);
    float[] b = numbers(module + ".lora_B.weight", outputs * RANK);
    double[] sum = new double[w.length];
    for (int row = 0; row < outputs; row++) {
      for (int column = 0; column < inputs; column++) {
        double delta = 0;
        for (int r = 0; r < RANK; r++) {
          delta += (double) b[row * RANK + r] * a[r * inputs + column];
        }
        sum[row * inputs + column] = w[row * inputs + column] + scale * delta;
      }
    }
    return sum;
  }

  private Path merge(Path adapter) throws IOException {
    Path target = folder.resolve("merged");
    try (AdapterMerge merge = AdapterMerge.plan(adapter, base)) {
      merge.write(target, true, 2, Progress.NONE);
    }
    return target;
  }

  /// Compares with what a merged model has; bfloat16 has 8 bits, and one rounding is half of one.
  private static void assertRoundedOnce(double[] expected, MemorySegment bytes) {
    assertEquals(2L * expected.length, bytes.byteSize());
    for (int i = 0; i < expected.length; i++) {
      float actual = Float.intBitsToFloat(bytes.getAtIndex(SHORT, i) << 16);
      double step = Math.max(Math.ulp((float) expected[i]) * 0x1p16, 1e-30);
      // A sum in floats may fall on the other side of the middle between two numbers.
      assertEquals(expected[i], actual, 0.5001 * step + 1e-5, "element " + i);
    }
  }

  @Test
  void mergesTheProductAndLeavesTheRestAsItWas() throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>(factors(QUERY, QUERIES, EMBEDDING));
    entries.addAll(factors(DOWN, EMBEDDING, MIDDLE));
    Path merged = merge(adapter("", entries));
    List<String> changed = new ArrayList<>();
    List<String> parts =
        List.of("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    try (SafetensorsSet before = SafetensorsSet.open(base, parts, null);
        SafetensorsSet after = SafetensorsSet.open(merged, parts, null)) {
      assertEquals(before.tensors(), after.tensors());
      for (String name : before.names()) {
        if (before.bytes(name).mismatch(after.bytes(name)) >= 0) {
          changed.add(name);
        }
      }
      assertRoundedOnce(sum(QUERY, QUERIES, EMBEDDING, 1.5), after.bytes(QUERY + ".weight"));
      assertRoundedOnce(sum(DOWN, EMBEDDING, MIDDLE, 1.5), after.bytes(DOWN + ".weight"));
    }
    assertEquals(List.of(DOWN + ".weight", QUERY + ".weight"), changed.stream().sorted().toList());
    for (String file : List.of("config.json", "tokenizer.model", "model.safetensors.index.json")) {
      assertEquals(-1, Files.mismatch(base.resolve(file), merged.resolve(file)), file);
    }
  }

  @Test
  void dividesByTheRootOfTheRankForRsLora() throws IOException {
    Path merged = merge(adapter(", \"use_rslora\": true", factors(QUERY, QUERIES, EMBEDDING)));
    try (SafetensorsSet after = open(merged)) {
      assertRoundedOnce(sum(QUERY, QUERIES, EMBEDDING, 3), after.bytes(QUERY + ".weight"));
    }
  }

  @Test
  void givesEachRowItsMagnitudeForDora() throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>(factors(QUERY, QUERIES, EMBEDDING));
    entries.add(entry(QUERY + ".lora_magnitude_vector", QUERIES));
    Path merged = merge(adapter(", \"use_dora\": true", entries));
    double[] expected = sum(QUERY, QUERIES, EMBEDDING, 1.5);
    float[] magnitudes = numbers(QUERY + ".lora_magnitude_vector", QUERIES);
    for (int row = 0; row < QUERIES; row++) {
      double squares = 0;
      for (int i = 0; i < EMBEDDING; i++) {
        squares += expected[row * EMBEDDING + i] * expected[row * EMBEDDING + i];
      }
      for (int i = 0; i < EMBEDDING; i++) {
        expected[row * EMBEDDING + i] *= magnitudes[row] / Math.sqrt(squares);
      }
    }
    try (SafetensorsSet after = open(merged)) {
      assertRoundedOnce(expected, after.bytes(QUERY + ".weight"));
    }
  }

  @Test
  void putsSavedModulesInTheirPlace() throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>(factors(QUERY, QUERIES, EMBEDDING));
    entries.add(entry("model.norm.weight", EMBEDDING));
    Path merged = merge(adapter(", \"modules_to_save\": [\"norm\"]", entries));
    double[] expected = new double[EMBEDDING];
    float[] saved = numbers("model.norm.weight", EMBEDDING);
    for (int i = 0; i < EMBEDDING; i++) {
      expected[i] = saved[i];
    }
    try (SafetensorsSet after = open(merged)) {
      assertRoundedOnce(expected, after.bytes("model.norm.weight"));
    }
  }

  @Test
  void keepsTheFactorsInGguf() throws IOException {
    Path adapter = adapter("", factors(DOWN, EMBEDDING, MIDDLE));
    Path target = folder.resolve("lora.gguf");
    try (Conversion conversion = AdapterConversion.plan(adapter, base, OutputType.F32, null)) {
      conversion.write(target, false, 1, Progress.NONE);
    }
    try (GgufFile file = GgufFile.open(target)) {
      List<TensorInfo> tensors = file.header().tensors();
      assertEquals(
          List.of("blk.0.ffn_down.weight.lora_a", "blk.0.ffn_down.weight.lora_b"),
          tensors.stream().map(TensorInfo::name).toList());
      assertArrayEquals(
          numbers(DOWN + ".lora_A.weight", RANK * MIDDLE),
          file.bytes(tensors.get(0)).toArray(FLOAT));
      assertArrayEquals(
          numbers(DOWN + ".lora_B.weight", EMBEDDING * RANK),
          file.bytes(tensors.get(1)).toArray(FLOAT));
      assertEquals(
          List.of("llama", "adapter", "lora", "6.0"),
          Stream.of("general.architecture", "general.type", "adapter.type", "adapter.lora.alpha")
              .map(key -> file.header().metadata().get(key).orElseThrow().toString())
              .toList());
    }
  }

  @Test
  void tellsAllThatDoesNotFitAtOnce() throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>(factors(QUERY, QUERIES, MIDDLE));
    entries.add(entry(DOWN + ".lora_A.weight", RANK, MIDDLE));
    entries.addAll(factors("model.layers.7.self_attn.q_proj", EMBEDDING, EMBEDDING));
    Path adapter = adapter("", entries);
    FormatException e = assertThrows(FormatException.class, () -> AdapterMerge.plan(adapter, base));
    List<String> problems = e.problems().stream().map(Problem::toString).sorted().toList();
    assertEquals(3, problems.size(), problems.toString());
    assertEquals("module " + DOWN + ": has only one of lora_A and lora_B", problems.get(0));
    assertTrue(problems.get(1).startsWith("module " + QUERY + ": "), problems.get(1));
    assertEquals(
        "module model.layers.7.self_attn.q_proj: is in the adapter, and not in the model",
        problems.get(2));
    assertTrue(!Files.exists(folder.resolve("merged")));
  }

  @Test
  void refusesInGgufWhatOnlyMergingCanKeep() throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>(factors(QUERY, QUERIES, EMBEDDING));
    entries.add(entry(QUERY + ".lora_magnitude_vector", QUERIES));
    Path adapter = adapter(", \"use_dora\": true", entries);
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> AdapterConversion.plan(adapter, base, OutputType.F32, null));
    assertEquals(
        List.of(
            new Problem(
                "module " + QUERY,
                "has magnitudes (DoRA), which a LoRA in GGUF cannot have: only merging can keep"
                    + " it")),
        e.problems());
  }

  private static SafetensorsSet open(Path directory) throws IOException {
    return SafetensorsSet.open(
        directory,
        List.of("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"),
        null);
  }
}
