package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleModel;
import dev.computepool.gguf.sample.SampleSpec;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufCheckTest {
  @TempDir private Path folder;

  @Test
  void findsNothingInAnOrdinaryModel() throws Exception {
    Path model = folder.resolve("model.gguf");
    SampleSpec spec = SampleSpec.tiny(Architecture.LLAMA).weights(GgmlType.Q8_0).build();
    SampleModel.write(spec, model, false, Progress.NONE);
    assertFindings(model);
  }

  @Test
  void findsNothingInRealVocabularies() throws Exception {
    for (Path path : SharedData.files(SharedData.folder("data/vocab"), "*.gguf")) {
      assertFindings(path);
    }
  }

  @Test
  void findsWhatLlamaCppWouldNotRead() throws Exception {
    GgufBytes bytes =
        GgufBytes.start(ByteOrder.BIG_ENDIAN, 3, 3, 8)
            .key("general.alignment", MetadataType.UINT32)
            .i32(4)
            .key("größe", MetadataType.UINT8)
            .i8(1)
            .key("flag", MetadataType.BOOL)
            .i8(2)
            .key("flags", MetadataType.ARRAY)
            .i32(MetadataType.BOOL.id())
            .i64(3)
            .raw((byte) 1, (byte) -1, (byte) 7)
            .key("latin", MetadataType.STRING)
            .i64(1)
            .i8(0xe9)
            .key("nul", MetadataType.STRING)
            .string("a\0b")
            .key("texts", MetadataType.ARRAY)
            .i32(MetadataType.STRING.id())
            .i64(3)
            .string("fine!")
            .i64(1)
            .i8(0xff)
            .i64(1)
            .i8(0xfe)
            .key("nested", MetadataType.ARRAY)
            .i32(MetadataType.ARRAY.id())
            .i64(0)
            .tensor("n".repeat(64), GgmlType.I8, 0, 3)
            .tensor("", GgmlType.I8, 8, 1)
            .tensor("q", GgmlType.Q8_0, 12, 32);
    bytes.i8(9).pad(4).zeros(12 + 34 + 2 + 48);
    assertFindings(
        bytes.writeTo(folder.resolve("odd.gguf")),
        new Problem("byte 4", "big-endian: only llama.cpp on a big-endian machine reads it"),
        new Problem("general.alignment", "4 is no multiple of 8, as the specification demands"),
        new Problem("general.architecture", "is missing; the specification demands it"),
        new Problem("größe", "the specification demands a key of ASCII characters"),
        new Problem("flag", "a bool is stored as 2, neither 0 nor 1"),
        new Problem("flags", "a bool is stored as 255, neither 0 nor 1"),
        new Problem("latin", "a string is not UTF-8"),
        new Problem("nul", "a string has a NUL, at which llama.cpp's tools cut it"),
        new Problem("texts", "a string is not UTF-8"),
        new Problem("nested", "llama.cpp does not read arrays of arrays"),
        new Problem(
            "general.quantization_version",
            "is missing; the specification demands it of a file with quantized tensors"),
        new Problem("tensor " + "n".repeat(64), "llama.cpp reads no names of more than 63 bytes"),
        new Problem("tensor at 440", "has an empty name"),
        new Problem(
            "tensor ",
            "starts at 8 of the data section; llama.cpp demands 4, right after the one before"),
        new Problem("byte 429", "the padding of the header is not zero"),
        new Problem("byte 480", "48 bytes follow the last tensor"));
  }

  @Test
  void findsPaddingThatIsMissingOrNotZero() throws Exception {
    GgufBytes bytes =
        GgufBytes.start(2, 1)
            .key("general.architecture", MetadataType.STRING)
            .string("x")
            .tensor("a", GgmlType.I8, 0, 3)
            .tensor("b", GgmlType.I8, 32, 3)
            .pad(32);
    bytes.zeros(3).i8(1).zeros(28).zeros(3);
    assertFindings(
        bytes.writeTo(folder.resolve("padding.gguf")),
        new Problem("tensor a", "the padding after it is not zero"),
        new Problem(
            "byte " + bytes.size(),
            "the padding of the last tensor is missing; some readers demand it"));
  }

  private static void assertFindings(Path path, Problem... expected) throws Exception {
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(List.of(expected), GgufCheck.findings(file), path.toString());
    }
  }
}
