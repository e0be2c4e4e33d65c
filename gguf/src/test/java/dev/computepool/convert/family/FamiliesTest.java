package dev.computepool.convert.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.convert.model.Conversion;
import dev.computepool.convert.model.ModelConversion;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.model.SplitRule;
import dev.computepool.convert.tiny.TinyFamilies;
import dev.computepool.convert.tiny.TinyModel;
import dev.computepool.convert.tiny.TinyWeights;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every family against the files that llama.cpp's converter makes of the same directories, whose
/// hashes `bench/convert-tiny-reference.py` printed.
class FamiliesTest {
  /// What the reference refuses, as its own collector of norms is never run.
  private static final String NOT_BY_REFERENCE = "stablelm-12b";

  @TempDir Path temporary;

  static Stream<String> models() {
    return TinyFamilies.all().stream()
        .map(TinyModel::name)
        .filter(n -> !n.equals(NOT_BY_REFERENCE));
  }

  private static TinyModel model(String name) {
    return TinyFamilies.all().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("models")
  void isByteForByteWhatTheReferenceMakes(String name) throws IOException {
    Path directory = model(name).write(temporary);
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> actual = new TreeMap<>();
    for (OutputType type : OutputType.values()) {
      String file = "%s-%s.gguf".formatted(name, type.name().toLowerCase(Locale.ROOT));
      expected.put(file, hashes().getOrDefault(file, "not in the list"));
      actual.put(file, sha256(convert(directory, type)));
    }
    assertEquals(expected, actual);
  }

  @Test
  void everyKnownArchitectureIsATinyModelsOrAnotherNameOfOne() {
    Set<String> covered = new HashSet<>();
    for (TinyModel model : TinyFamilies.all()) {
      covered.add(model.architecture());
    }
    // Names of the same class, told apart by nothing but the name.
    List<String> others =
        List.of(
            "BertForMaskedLM",
            "CamembertModel",
            "LLaMAForCausalLM",
            "Qwen3Model",
            "RWForCausalLM",
            "RobertaForSequenceClassification",
            "StableLMEpochForCausalLM",
            "XLMRobertaForSequenceClassification",
            "XLMRobertaModel");
    List<String> missing = new ArrayList<>(Families.known());
    missing.removeAll(covered);
    assertEquals(others, missing);
  }

  /// Every tensor and key, as there is no file of the reference to compare with: the numbers are
  /// those of the source, the vocabulary's keys those of the smaller model, which is equal.
  @Test
  void convertsStableLm2Of12BillionTensorByTensorAndKeyByKey() throws IOException {
    TinyModel model = model(NOT_BY_REFERENCE);
    Map<String, List<Float>> tensors = new TreeMap<>();
    Map<String, List<Long>> shapes = new TreeMap<>();
    for (SafetensorsLayout.Entry source : model.tensors()) {
      String name = inGguf(source.name());
      int count = Math.toIntExact(source.shape().stream().reduce(1L, Math::multiplyExact));
      List<Float> numbers = tensors.computeIfAbsent(name, n -> new ArrayList<>());
      for (float number : TinyWeights.numbers(source.name(), source.dtype(), count)) {
        numbers.add(number);
      }
      // Norms come head by head and make a matrix with a row for each.
      shapes.put(
          name,
          source.name().contains(".norms.")
              ? List.of((long) count, (long) numbers.size() / count)
              : source.shape().reversed());
    }
    Path smaller =
        Files.move(
            convert(model("stablelm").write(temporary), OutputType.F32),
            temporary.resolve("smaller.gguf"));
    Map<String, String> keys = new TreeMap<>();
    // 102,848 numbers: 12b is a name and not a size.
    keys.put("general.architecture", "stablelm");
    keys.put("general.basename", "stablelm");
    keys.put("general.file_type", "0");
    keys.put("general.finetune", "12b");
    keys.put("general.name", "Stablelm 12b");
    keys.put("general.quantization_version", "2");
    keys.put("general.size_label", "103K");
    keys.put("general.type", "model");
    keys.put("stablelm.attention.head_count", "4");
    keys.put("stablelm.attention.head_count_kv", "2");
    keys.put("stablelm.attention.layer_norm_epsilon", "1.0E-5");
    keys.put("stablelm.block_count", "2");
    keys.put("stablelm.context_length", "128");
    keys.put("stablelm.embedding_length", "64");
    keys.put("stablelm.feed_forward_length", "96");
    keys.put("stablelm.rope.dimension_count", "4");
    keys.put("stablelm.use_parallel_residual", "true");
    try (GgufFile file = GgufFile.open(convert(model.write(temporary), OutputType.F32));
        GgufFile equal = GgufFile.open(smaller)) {
      assertEquals(keys(equal, true), keys(file, true));
      Map<String, String> actualKeys = new TreeMap<>();
      keys(file, false).forEach((key, value) -> actualKeys.put(key, value.toString()));
      assertEquals(keys, actualKeys);
      Map<String, List<Long>> actualShapes = new TreeMap<>();
      for (TensorInfo tensor : file.header().tensors()) {
        actualShapes.put(tensor.name(), tensor.shape().extents());
        assertEquals(GgmlType.F32, tensor.type(), tensor.name());
        assertEquals(tensors.get(tensor.name()), numbers(file, tensor), tensor.name());
      }
      assertEquals(shapes, actualShapes);
    }
  }

  private static Map<String, MetadataValue> keys(GgufFile file, boolean vocabulary) {
    Metadata metadata = file.header().metadata();
    Map<String, MetadataValue> keys = new TreeMap<>();
    for (int i = 0; i < metadata.size(); i++) {
      if (metadata.key(i).startsWith("tokenizer.") == vocabulary) {
        keys.put(metadata.key(i), metadata.value(i));
      }
    }
    return keys;
  }

  private static List<Float> numbers(GgufFile file, TensorInfo tensor) {
    List<Float> numbers = new ArrayList<>();
    for (float number :
        file.bytes(tensor)
            .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN))) {
      numbers.add(number);
    }
    return numbers;
  }

  /// What llama.cpp's `stablelm` calls a tensor of the source.
  private static String inGguf(String source) {
    return source
        .replaceFirst("^model\\.layers\\.", "blk.")
        .replaceFirst("^model\\.embed_tokens\\.", "token_embd.")
        .replaceFirst("^model\\.norm\\.", "output_norm.")
        .replaceFirst("^lm_head\\.", "output.")
        .replaceFirst("\\.input_layernorm\\.", ".attn_norm.")
        .replaceFirst("\\.self_attn\\.([qk])_layernorm\\.norms\\.\\d+\\.", ".attn_$1_norm.")
        .replaceFirst("\\.self_attn\\.([qkv])_proj\\.", ".attn_$1.")
        .replaceFirst("\\.self_attn\\.o_proj\\.", ".attn_output.")
        .replaceFirst("\\.mlp\\.(gate|up|down)_proj\\.", ".ffn_$1.");
  }

  @Test
  void refusesAnUnknownArchitectureByNameAndTellsWhatIsKnown() throws IOException {
    Path directory = model("mistral").write(temporary);
    Path config = directory.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("MistralForCausalLM", "MadeUpForCausalLM"));
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> ModelConversion.plan(directory, ModelConversion.Options.DEFAULT));
    assertEquals(
        List.of(
            new Problem(
                "config.json",
                "architecture MadeUpForCausalLM is not known; these are: "
                    + String.join(", ", Families.known()))),
        e.problems());
    assertTrue(Families.known().size() > 30);
  }

  /// Whoever quantized a model tells of it in `config.json`, or in a file of their own.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json | gptq, 4 bits | {'quant_method': 'gptq', 'bits': 4}",
        "config.json | awq, 4 bits | {'quant_method': 'awq', 'bits': 4, 'version': 'gemm'}",
        "config.json | compressed-tensors, pack-quantized"
            + " | {'quant_method': 'compressed-tensors', 'format': 'pack-quantized'}",
        "config.json | modelopt, NVFP4 | {'quant_method': 'modelopt', 'quant_algo': 'NVFP4'}",
        "hf_quant_config.json | modelopt, NVFP4"
            + " | {'producer': {'name': 'modelopt'}, 'quantization': {'quant_algo': 'NVFP4'}}",
        "quantize_config.json | 4 bits | {'bits': 4, 'group_size': 128}",
      })
  void refusesWeightsThatAreQuantizedAlready(String file, String how, String said)
      throws IOException {
    Path directory = model("mistral").tensor("lm_head.qweight", Dtype.U8, 1, 1).write(temporary);
    Path config = directory.resolve("config.json");
    String json = said.replace('\'', '"');
    if (file.equals("config.json")) {
      Files.writeString(
          config,
          Files.readString(config).replaceFirst("\\{", "{\"quantization_config\": " + json + ","));
    } else {
      Files.writeString(directory.resolve(file), json);
    }
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> ModelConversion.plan(directory, ModelConversion.Options.DEFAULT));
    assertEquals(
        List.of(
            new Problem(
                file,
                "the weights are quantized already, by %s: convert the model that they are made of"
                    .formatted(how))),
        e.problems());
  }

  @Test
  void aQuantizersFileBesidePlainWeightsSaysNothing() throws IOException {
    Path directory = model("mistral").write(temporary);
    Files.writeString(directory.resolve("quantize_config.json"), "{\"bits\": 4}");
    ModelConversion.plan(directory, ModelConversion.Options.DEFAULT).close();
  }

  private Path convert(Path directory, OutputType type) throws IOException {
    Path target = temporary.resolve("model.gguf");
    ModelConversion.Options options = new ModelConversion.Options(type, null, SplitRule.NONE);
    try (Conversion conversion = ModelConversion.plan(directory, options)) {
      conversion.write(target, true, 2, Progress.NONE);
    }
    return target;
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> hashes() {
    Map<String, String> hashes = new TreeMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(TinyFamilies.class.getResourceAsStream("sha256.txt")),
                StandardCharsets.UTF_8))) {
      for (String line : in.lines().filter(l -> !l.startsWith("#")).toList()) {
        String[] parts = line.split("  ", 2);
        hashes.put(parts[1], parts[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hashes;
  }
}
