package dev.computepool.convert.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.convert.model.ModelConversion;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.model.SplitRule;
import dev.computepool.convert.tiny.TinyFamilies;
import dev.computepool.convert.tiny.TinyModel;
import dev.computepool.convert.tiny.TinyWeights;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.safetensors.Dtype;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

  @Test
  void stacksTheNormsOfStableLm2HeadByHead() throws IOException {
    Path directory = model(NOT_BY_REFERENCE).write(temporary);
    Path gguf = convert(directory, OutputType.F32);
    try (GgufFile file = GgufFile.open(gguf)) {
      for (String kind : List.of("q", "k")) {
        TensorInfo tensor =
            file.header().tensors().stream()
                .filter(t -> t.name().equals("blk.1.attn_%s_norm.weight".formatted(kind)))
                .findFirst()
                .orElseThrow();
        int heads = kind.equals("q") ? 4 : 2;
        assertEquals(List.of(16L, (long) heads), tensor.shape().extents());
        float[] expected = new float[16 * heads];
        for (int head = 0; head < heads; head++) {
          String source =
              "model.layers.1.self_attn.%s_layernorm.norms.%d.weight".formatted(kind, head);
          System.arraycopy(TinyWeights.numbers(source, Dtype.BF16, 16), 0, expected, 16 * head, 16);
        }
        assertArrayEquals(
            expected,
            file.bytes(tensor)
                .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)));
      }
    }
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

  private Path convert(Path directory, OutputType type) throws IOException {
    Path target = temporary.resolve("model.gguf");
    ModelConversion.Options options = new ModelConversion.Options(type, null, SplitRule.NONE);
    try (ModelConversion conversion = ModelConversion.plan(directory, options)) {
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
                java.util.Objects.requireNonNull(
                    TinyFamilies.class.getResourceAsStream("sha256.txt")),
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
