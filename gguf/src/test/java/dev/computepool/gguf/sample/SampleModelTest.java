package dev.computepool.gguf.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.sample.Architecture.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleModelTest {
  @TempDir private Path folder;

  private Path write(SampleSpec spec) throws Exception {
    Path file = folder.resolve("sample.gguf");
    SampleModel.write(spec, file, true, Progress.NONE);
    assertEquals(SampleModel.layout(spec).fileSize(), Files.size(file));
    return file;
  }

  @ParameterizedTest
  @EnumSource
  void everyArchitectureIsAValidFile(Architecture architecture) throws Exception {
    for (GgmlType type : SampleSpec.TYPES) {
      try (GgufFile file =
          GgufFile.open(write(SampleSpec.tiny(architecture).weights(type).build()))) {
        GgufHeader header = file.header();
        assertTrue(header.isConsecutive());
        assertEquals(
            architecture.ggufName(),
            header.metadata().string("general.architecture").orElseThrow());
        assertEquals(
            OptionalLong.of(2),
            header.metadata().integer(architecture.ggufName() + ".block_count"));
        int tokens = header.metadata().array("tokenizer.ggml.tokens").orElseThrow().length();
        assertEquals(
            new TensorInfo(
                "token_embd.weight",
                type,
                Shape.of(128, tokens),
                header.tensors().getFirst().offset()),
            header.tensors().getFirst());
        assertEquals(architecture.isUsuallyTied(), header.tensor("output.weight") == null);
      }
    }
  }

  @Test
  void givesTheSameBytesOnEveryMachine() throws Exception {
    Map<Architecture, String> expected =
        Map.of(
            Architecture.LLAMA, "8757f1035e0c533bb02a4018ba9ad30a8001d692a55ad4868fc8fac025c22199",
            Architecture.GPT2, "9f37b147ba66467fef9521bddee875c5b2221543b734175f996afff6427dbd7d");
    for (Map.Entry<Architecture, String> entry : expected.entrySet()) {
      Path file = write(SampleSpec.tiny(entry.getKey()).weights(GgmlType.Q8_0).build());
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      assertEquals(entry.getValue(), HexFormat.of().formatHex(digest), entry.getKey().toString());
    }
  }

  @Test
  void anotherSeedGivesOtherWeightsAndTheSameHeader() throws Exception {
    SampleSpec.Builder spec = SampleSpec.tiny(Architecture.QWEN2);
    byte[] one = Files.readAllBytes(write(spec.seed(1).build()));
    byte[] two = Files.readAllBytes(write(spec.seed(2).build()));
    int data = (int) SampleModel.layout(spec.build()).dataOffset();
    assertEquals(ByteBuffer.wrap(one, 0, data), ByteBuffer.wrap(two, 0, data));
    assertNotEquals(
        ByteBuffer.wrap(one, data, one.length - data),
        ByteBuffer.wrap(two, data, two.length - data));
  }

  @ParameterizedTest
  @CsvSource({"F32, 4", "F16, 2", "BF16, 2", "Q8_0, 34"})
  void weightsDoNotDependOnHowTheyAreCut(GgmlType type, int unit) {
    int bytes = 10 * Weights.GRAIN + 3 * unit;
    Weights weights = new Weights(3, 4);
    ByteBuffer whole = ByteBuffer.allocate(bytes);
    weights.matrix(type, 0.02, 0, whole);
    ByteBuffer parts = ByteBuffer.allocate(bytes);
    for (int start : new int[] {0, 4 * Weights.GRAIN, 5 * Weights.GRAIN}) {
      int end =
          start == 0
              ? 4 * Weights.GRAIN
              : start == 5 * Weights.GRAIN ? bytes : start + Weights.GRAIN;
      weights.matrix(type, 0.02, start, parts.slice(start, end - start));
    }
    assertEquals(whole.flip(), parts);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.0625, 0.02, 0.005})
  void weightsHaveAboutTheDeviationThatWasAskedFor(double deviation) {
    for (GgmlType type : SampleSpec.TYPES) {
      double[] values = values(type, deviation, 32_768);
      double sum = 0;
      double squares = 0;
      Set<Double> distinct = new HashSet<>();
      for (double value : values) {
        assertTrue(Double.isFinite(value));
        distinct.add(value);
        sum += value;
        squares += value * value;
      }
      double actual = Math.sqrt(squares / values.length);
      assertTrue(actual > deviation / 3 && actual < 3 * deviation, type + " has " + actual);
      assertTrue(Math.abs(sum / values.length) < deviation / 20, type + " is off center");
      assertTrue(distinct.size() > 500, type + " has " + distinct.size() + " values");
    }
  }

  private static double[] values(GgmlType type, double deviation, int count) {
    ByteBuffer data = ByteBuffer.allocate((int) type.bytesFor(count));
    new Weights(5, 6).matrix(type, deviation, 0, data);
    data.flip().order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (type) {
            case F32 -> data.getFloat();
            case F16 -> Float.float16ToFloat(data.getShort());
            case BF16 -> Float.intBitsToFloat(data.getShort() << 16);
            default -> {
              int block = i / 32 * 34;
              byte quant = data.get(block + 2 + i % 32);
              assertNotEquals(-128, quant);
              yield quant * Float.float16ToFloat(data.getShort(block));
            }
          };
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "LLAMA, Q8_0, 2000000000", "LLAMA, F16, 50000000", "QWEN2, BF16, 700000000",
    "GEMMA2, F32, 8000000000", "PHI3, Q8_0, 5000000", "GPT2, F16, 300000000",
    "LLAMA, Q8_0, 70000000000"
  })
  void comesCloseToAnySizeWithoutExceedingIt(Architecture architecture, GgmlType type, long bytes) {
    GgufLayout layout =
        SampleModel.layout(
            SampleSpec.tiny(architecture).weights(type).ofBytes(new ByteSize(bytes)));
    assertTrue(layout.fileSize() <= bytes);
    assertTrue(layout.fileSize() > 0.97 * bytes, layout.fileSize() + " of " + bytes);
  }

  @Test
  void saysHowSmallASampleCanBe() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> SampleSpec.tiny(Architecture.LLAMA).ofBytes(new ByteSize(1000)));
    assertTrue(error.toString().contains("the smallest sample of this kind has "));
  }

  @Test
  void givesSingleMatricesOtherTypes() throws Exception {
    SampleSpec spec =
        SampleSpec.tiny(Architecture.LLAMA)
            .weights(GgmlType.Q8_0)
            .type("ffn_down.weight", GgmlType.F32)
            .type("blk.1.ffn_down.weight", GgmlType.BF16)
            .type("token_embd.weight", GgmlType.F16)
            .build();
    GgufHeader header = GgufFile.readHeader(write(spec));
    List<GgmlType> types = new ArrayList<>();
    for (String name :
        List.of(
            "token_embd.weight",
            "blk.0.ffn_down.weight",
            "blk.1.ffn_down.weight",
            "blk.1.ffn_up.weight",
            "blk.1.attn_norm.weight")) {
      types.add(tensor(header, name).type());
    }
    assertEquals(
        List.of(GgmlType.F16, GgmlType.F32, GgmlType.BF16, GgmlType.Q8_0, GgmlType.F32), types);
  }

  private static TensorInfo tensor(GgufHeader header, String name) {
    for (TensorInfo tensor : header.tensors()) {
      if (tensor.name().equals(name)) {
        return tensor;
      }
    }
    throw new AssertionError("no tensor " + name);
  }

  @Test
  void hasRopeFactorsAndTiesWhereAsked() throws Exception {
    SampleSpec spec =
        SampleSpec.tiny(Architecture.LLAMA)
            .tokenizer(Tokenizer.BYTE_PAIR)
            .ropeFactors(true)
            .tied(true)
            .build();
    try (GgufFile file = GgufFile.open(write(spec))) {
      TensorInfo factors = tensor(file.header(), "rope_freqs.weight");
      MemorySegment data = file.bytes(factors);
      assertEquals(Shape.of(16), factors.shape());
      assertEquals(1f, data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0));
      assertEquals(8f, data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 60));
      assertNull(file.header().tensor("output.weight"));
    }
  }

  @Test
  void refusesModelsThatTheArchitectureDoesNotHave() {
    assertThrows(
        IllegalArgumentException.class,
        () -> SampleSpec.tiny(Architecture.GEMMA2).tied(false).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> SampleSpec.tiny(Architecture.QWEN2).ropeFactors(true).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> SampleSpec.tiny(Architecture.LLAMA).weights(GgmlType.Q4_K).build());
    assertThrows(IllegalArgumentException.class, () -> new SampleSpec.Size(1, 100, 32, 4, 4, 1));
  }

  @ParameterizedTest
  @EnumSource
  void vocabulariesHaveEveryByteAndEachTokenOnce(Tokenizer tokenizer) {
    SampleVocabulary vocabulary =
        SampleVocabulary.of(SampleSpec.tiny(Architecture.LLAMA).tokenizer(tokenizer).build());
    assertEquals(vocabulary.size(), new HashSet<>(vocabulary.tokens()).size());
    assertEquals(vocabulary.size(), vocabulary.types().size());
    assertTrue(vocabulary.size() > 600, vocabulary.size() + " tokens");
    assertEquals("<|im_end|>", vocabulary.tokens().get(vocabulary.endOfTurn()));
    if (tokenizer == Tokenizer.SENTENCEPIECE) {
      assertEquals("<0x00>", vocabulary.tokens().get(3));
      assertEquals("<0xFF>", vocabulary.tokens().get(258));
      assertTrue(vocabulary.tokens().contains("▁the"));
      assertEquals(vocabulary.size(), vocabulary.scores().size());
    } else {
      assertTrue(vocabulary.tokens().contains("Ġthe"));
      for (String merge : vocabulary.merges()) {
        assertTrue(vocabulary.tokens().contains(merge.replace(" ", "")), merge);
      }
    }
  }

  @Test
  void learnsTheMostFrequentPairsFirst() {
    assertEquals(
        List.of(
            new BytePairs.Pair("a", "b"),
            new BytePairs.Pair("ab", "c"),
            new BytePairs.Pair("x", "x")),
        BytePairs.learn(Map.of("abc", 3, "ab", 2, "xxx", 1, "q", 9), 10));
  }
}
