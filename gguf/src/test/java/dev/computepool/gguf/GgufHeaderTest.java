package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException.Problem;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufHeaderTest {
  private static GgufBytes twoTensors(ByteOrder order, int version) {
    return GgufBytes.start(order, version, 2, 3)
        .key("general.architecture", MetadataType.STRING)
        .string("llama")
        .key("llama.block_count", MetadataType.UINT32)
        .i32(2)
        .key("tokens", MetadataType.ARRAY)
        .i32(MetadataType.STRING.id())
        .i64(2)
        .string("a")
        .string("é")
        .tensor("token_embd.weight", GgmlType.F16, 0, 8, 3)
        .tensor("output.weight", GgmlType.Q8_0, 64, 32, 1)
        .pad(32)
        .zeros(64 + 34);
  }

  @ParameterizedTest
  @CsvSource({"LITTLE_ENDIAN, 2", "LITTLE_ENDIAN, 3", "BIG_ENDIAN, 3"})
  void readsBothByteOrdersAndVersions(String orderName, int version) throws Exception {
    ByteOrder order =
        orderName.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    GgufHeader header = twoTensors(order, version).header();

    assertEquals(order, header.byteOrder());
    assertEquals(version, header.version());
    assertEquals(32, header.alignment());
    assertEquals(0, header.dataOffset() % 32);
    assertEquals(
        List.of("general.architecture", "llama.block_count", "tokens"), header.metadata().keys());
    assertEquals(Optional.of("llama"), header.metadata().string("general.architecture"));
    assertEquals(OptionalLong.of(2), header.metadata().integer("llama.block_count"));
    assertEquals(
        List.of("a", "é"), header.metadata().array("tokens").map(MetadataArray::strings).get());
    assertEquals(
        List.of(
            new TensorInfo("token_embd.weight", GgmlType.F16, Shape.of(8, 3), 0),
            new TensorInfo("output.weight", GgmlType.Q8_0, Shape.of(32, 1), 64)),
        header.tensors());
    assertEquals(header.tensors().get(1), header.tensor("output.weight"));
    assertNull(header.tensor("output.weigh"));
  }

  @Test
  void decodesEveryTypeOfValue() throws Exception {
    Metadata metadata =
        GgufBytes.start(0, 13)
            .key("u8", MetadataType.UINT8)
            .i8(0xfe)
            .key("i8", MetadataType.INT8)
            .i8(0xfe)
            .key("u16", MetadataType.UINT16)
            .i16(0xfffe)
            .key("i16", MetadataType.INT16)
            .i16(0xfffe)
            .key("u32", MetadataType.UINT32)
            .i32(-2)
            .key("i32", MetadataType.INT32)
            .i32(-2)
            .key("f32", MetadataType.FLOAT32)
            .i32(Float.floatToRawIntBits(1.5f))
            .key("bool", MetadataType.BOOL)
            .i8(1)
            .key("string", MetadataType.STRING)
            .string("naïve")
            .key("array", MetadataType.ARRAY)
            .i32(MetadataType.INT16.id())
            .i64(3)
            .i16(1)
            .i16(-1)
            .i16(300)
            .key("u64", MetadataType.UINT64)
            .i64(-2)
            .key("i64", MetadataType.INT64)
            .i64(-2)
            .key("f64", MetadataType.FLOAT64)
            .i64(Double.doubleToRawLongBits(-0.1))
            .header()
            .metadata();

    assertEquals(
        List.of(
            new MetadataValue.Int(MetadataType.UINT8, 254),
            new MetadataValue.Int(MetadataType.INT8, -2),
            new MetadataValue.Int(MetadataType.UINT16, 65534),
            new MetadataValue.Int(MetadataType.INT16, -2),
            new MetadataValue.Int(MetadataType.UINT32, 4294967294L),
            new MetadataValue.Int(MetadataType.INT32, -2),
            new MetadataValue.Float32(1.5f),
            new MetadataValue.Bool(true),
            MetadataValue.Text.of("naïve"),
            MetadataArray.ofIntegers(MetadataType.INT16, 1, -1, 300),
            new MetadataValue.Int(MetadataType.UINT64, -2),
            new MetadataValue.Int(MetadataType.INT64, -2),
            new MetadataValue.Float64(-0.1)),
        metadata.keys().stream().map(key -> metadata.get(key).orElseThrow()).toList());
    assertEquals("18446744073709551614", metadata.get("u64").orElseThrow().toString());
    GgufFormatException tooLarge =
        assertThrows(GgufFormatException.class, () -> metadata.integer("u64"));
    assertEquals("u64 is 18446744073709551614, beyond 2^63", tooLarge.problems().getFirst().what());
    GgufFormatException wrongType =
        assertThrows(GgufFormatException.class, () -> metadata.string("i16"));
    assertEquals("i16 is int16, expected a string", wrongType.problems().getFirst().what());
    assertEquals(Optional.empty(), metadata.string("missing"));
  }

  @Test
  void readsArraysOfArrays() throws Exception {
    Metadata metadata =
        GgufBytes.start(0, 2)
            .key("nested", MetadataType.ARRAY)
            .i32(MetadataType.ARRAY.id())
            .i64(3)
            .i32(MetadataType.STRING.id())
            .i64(2)
            .string("a")
            .string("")
            .i32(MetadataType.UINT8.id())
            .i64(0)
            .i32(MetadataType.BOOL.id())
            .i64(1)
            .i8(1)
            .key("after", MetadataType.UINT8)
            .i8(7)
            .header()
            .metadata();

    assertEquals(
        MetadataArray.of(
            MetadataType.ARRAY,
            List.of(
                MetadataArray.ofStrings(List.of("a", "")),
                MetadataArray.ofIntegers(MetadataType.UINT8),
                MetadataArray.of(MetadataType.BOOL, List.of(new MetadataValue.Bool(true))))),
        metadata.get("nested").orElseThrow());
    assertEquals(OptionalLong.of(7), metadata.integer("after"));
  }

  @Test
  void findsEachOfManyKeysByItsBytes() throws Exception {
    int count = 1000;
    GgufBytes bytes = GgufBytes.start(0, count);
    for (int i = 0; i < count; i++) {
      bytes.key("key.with.a.long.prefix." + i, MetadataType.INT32).i32(i);
    }
    Metadata metadata = bytes.header().metadata();

    for (int i = 0; i < count; i++) {
      assertEquals(OptionalLong.of(i), metadata.integer("key.with.a.long.prefix." + i));
    }
    assertEquals(OptionalLong.empty(), metadata.integer("key.with.a.long.prefix.1000"));
    assertEquals(OptionalLong.empty(), metadata.integer(""));
  }

  @Test
  void acceptsFilesWithoutTensorsThatEndBeforeTheDataOffset() throws Exception {
    GgufBytes bytes = GgufBytes.start(0, 1).key("a", MetadataType.UINT8).i8(1);
    GgufHeader header = bytes.header();

    assertEquals(bytes.size(), header.end());
    assertEquals(64, header.dataOffset());
    assertEquals(bytes.size(), header.fileSize());
  }

  @Test
  void acceptsGapsAnyOrderAndScalarsAndEmptyTensors() throws Exception {
    GgufHeader header = GgufBytes.start(0, 0).header();
    assertEquals(List.of(), header.tensors());

    header =
        GgufBytes.start(4, 0)
            .tensor("late", GgmlType.F32, 96, 8)
            .tensor("scalar", GgmlType.F32, 0)
            .tensor("empty", GgmlType.Q4_K, 0, 256, 0, Long.MAX_VALUE)
            .tensor("none", GgmlType.Q4_K, 96, 0)
            .pad(32)
            .zeros(128)
            .header();
    assertEquals(1, header.tensors().get(1).shape().elements());
    assertEquals(0, header.tensors().get(2).byteSize());
    assertEquals(0, header.tensors().get(3).byteSize());
  }

  @Test
  void takesTheAlignmentFromTheMetadata() throws Exception {
    GgufHeader header =
        GgufBytes.start(2, 1)
            .key("general.alignment", MetadataType.UINT32)
            .i32(8)
            .tensor("a", GgmlType.I8, 0, 3)
            .tensor("b", GgmlType.I8, 8, 3)
            .pad(8)
            .zeros(11)
            .header();
    assertEquals(8, header.alignment());
    assertEquals(header.fileSize() - 11, header.dataOffset());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 24, -2147483648})
  void refusesAlignmentsThatAreNoPowerOfTwo(int alignment) {
    assertProblems(
        GgufBytes.start(0, 1).key("general.alignment", MetadataType.UINT32).i32(alignment),
        new Problem(
            "general.alignment",
            Integer.toUnsignedString(alignment) + " is not a power of two up to 2^30"));
  }

  @Test
  void refusesAnAlignmentOfAnotherType() {
    assertProblems(
        GgufBytes.start(0, 1).key("general.alignment", MetadataType.UINT64).i64(32),
        new Problem("general.alignment", "is uint64, expected uint32"));
  }

  @Test
  void tellsVersion1FromUnknownVersionsInBothByteOrders() {
    String old = "version 1 of GGUF is no longer readable; convert the model again";
    assertProblems(GgufBytes.start(ByteOrder.LITTLE_ENDIAN, 1, 0, 0), Problem.atByte(4, old));
    assertProblems(GgufBytes.start(ByteOrder.BIG_ENDIAN, 1, 0, 0), Problem.atByte(4, old));
    assertProblems(
        GgufBytes.start(ByteOrder.LITTLE_ENDIAN, 4, 0, 0),
        Problem.atByte(4, "version 4 is unknown; 2 and 3 are supported"));
    assertProblems(
        GgufBytes.start(ByteOrder.BIG_ENDIAN, 4, 0, 0),
        Problem.atByte(4, "version 4 is unknown; 2 and 3 are supported"));
    assertProblems(
        GgufBytes.start(ByteOrder.LITTLE_ENDIAN, 0, 0, 0),
        Problem.atByte(4, "version 0 is unknown; 2 and 3 are supported"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FUGG|the magic is FUGG, which is GGUF with its bytes swapped",
        "lmgg|this is a model of the GGML format from before GGUF; convert the original again",
        "version https://git-lfs.github.com/spec/v1|this is a Git LFS pointer, not the model it"
            + " points to",
        "<!DOCTYPE html>|this is a web page, not GGUF; the download was answered by an error page",
        "GGUX|the magic is 47 47 55 58, expected 47 47 55 46 (GGUF)"
      })
  void saysWhatAFileIsThatIsNotGguf(String start, String what) {
    assertProblems(
        GgufBytes.empty(ByteOrder.LITTLE_ENDIAN).ascii(start).zeros(100), Problem.atByte(0, what));
  }

  @Test
  void reportsAllProblemsThatDoNotHinderReading() {
    assertProblems(
        GgufBytes.start(8, 3)
            .key("twice", MetadataType.UINT8)
            .i8(1)
            .key("", MetadataType.UINT8)
            .i8(1)
            .key("twice", MetadataType.UINT8)
            .i8(1)
            .tensor("q4_2", 4, 0, 32)
            .tensor("future", 99, 0, 32)
            .tensor("same", GgmlType.F32, 0, 8)
            .tensor("same", GgmlType.F32, 32, 8)
            .tensor("rows", GgmlType.Q8_0, 64, 48, 2)
            .tensor("odd", GgmlType.F32, 33, 1)
            .tensor("negative", GgmlType.F32, 64, -1)
            .tensor("huge", GgmlType.F32, 64, 1L << 40, 1L << 40)
            .pad(32)
            .zeros(128),
        Problem.atByte(42, "metadata key 1 is empty"),
        Problem.atByte(55, "metadata key 'twice' occurs twice"),
        Problem.atByte(
            97,
            "tensor 'q4_2' has type 4 (Q4_2), which ggml no longer reads; quantize the model"
                + " again"),
        Problem.atByte(135, "tensor 'future' has unknown type 99"),
        Problem.atByte(183, "tensor name 'same' occurs twice"),
        Problem.atByte(
            231, "tensor 'rows' has rows of 48 elements, which are not whole Q8_0 blocks of 32"),
        Problem.atByte(
            290, "tensor 'odd' starts at 33 of the data section, no multiple of the alignment 32"),
        Problem.atByte(318, "tensor 'negative' has an extent of 18446744073709551615"),
        Problem.atByte(
            350, "tensor 'huge' of shape [1099511627776, 1099511627776] is larger than 2^63"),
        new Problem(
            "tensor odd",
            "its 4 bytes from 33 of the data section overlap tensor same, 32 bytes from 32"));
  }

  @Test
  void refusesOverlapsAndRangesBeyondTheFile() {
    assertProblems(
        GgufBytes.start(4, 0)
            .tensor("c", GgmlType.I8, 64, 32)
            .tensor("a", GgmlType.I8, 0, 128)
            .tensor("b", GgmlType.I8, 32, 8)
            .tensor("far", GgmlType.I8, 128, 33)
            .pad(32)
            .zeros(160),
        new Problem("tensor far", "its 33 bytes from 288 go beyond the end of the file at 320"),
        new Problem(
            "tensor b",
            "its 8 bytes from 32 of the data section overlap tensor a, 128 bytes from 0"),
        new Problem(
            "tensor c",
            "its 32 bytes from 64 of the data section overlap tensor a, 128 bytes from 0"));
  }

  /// As a download leaves it that was interrupted: not one problem for each tensor.
  @Test
  void tellsOnceThatAFileWasCut() {
    assertProblems(
        GgufBytes.start(4, 0)
            .tensor("a", GgmlType.I8, 0, 32)
            .tensor("b", GgmlType.I8, 32, 64)
            .tensor("c", GgmlType.I8, 96, 32)
            .tensor("d", GgmlType.I8, 5_000_000_000L, 40)
            .pad(32)
            .zeros(64),
        new Problem(
            "tensor b",
            "its 64 bytes from 192 go beyond the end of the file at 224, as do 2 more tensors;"
                + " the whole file has at least 5000000200 bytes"));
    assertProblems(
        GgufBytes.start(1, 0).tensor("a", GgmlType.I8, Long.MIN_VALUE, 32).pad(32).zeros(64),
        Problem.atByte(
            49,
            "tensor 'a' starts at 9223372036854775808 of the data section, beyond the end of any"
                + " file"));
  }

  @Test
  void refusesFilesThatEndBeforeTheirData() {
    assertProblems(
        GgufBytes.start(1, 0).tensor("a", GgmlType.I8, 0, 1),
        new Problem("", "the file ends at 57, before its tensor data at 64"));
  }

  @Test
  void refusesTensorNamesThatAreNoUtf8OrTooLong() {
    GgufBytes broken = GgufBytes.start(1, 0).i64(2).raw((byte) 0xc3, (byte) 0x28);
    assertProblems(
        broken.i32(0).i32(GgmlType.I8.id()).i64(0).pad(32).zeros(1),
        Problem.atByte(24, "the name of tensor 0 is not UTF-8"));
    assertProblems(
        GgufBytes.start(1, 0).tensor("n".repeat(65), GgmlType.I8, 0, 1).pad(32).zeros(1),
        Problem.atByte(24, "a tensor name of 65 bytes exceeds the limit of 64"));
  }

  @Test
  void refusesKeysThatAreNoUtf8ButTakesThoseBeyondAscii() throws Exception {
    assertProblems(
        GgufBytes.start(0, 1).i64(2).raw((byte) 'a', (byte) 0xff).i32(0).i8(1),
        Problem.atByte(24, "metadata key 0 is not UTF-8"));
    Metadata metadata =
        GgufBytes.start(0, 1).key("größe", MetadataType.UINT8).i8(1).header().metadata();
    assertEquals(OptionalLong.of(1), metadata.integer("größe"));
  }

  @Test
  void keepsReplacementCharactersThatTheNameReallyHas() throws Exception {
    GgufHeader header =
        GgufBytes.start(1, 0).tensor("\ufffd", GgmlType.I8, 0, 1).pad(32).zeros(1).header();
    assertEquals("\ufffd", header.tensors().getFirst().name());
  }

  @Test
  void keepsBytesOfStringsThatAreNotUtf8() throws Exception {
    byte[] latin = "é".getBytes(StandardCharsets.ISO_8859_1);
    MetadataValue value =
        GgufBytes.start(0, 1)
            .key("name", MetadataType.STRING)
            .i64(1)
            .raw(latin)
            .header()
            .metadata()
            .get("name")
            .orElseThrow();
    assertEquals(MetadataValue.Text.of(latin), value);
    assertEquals("\ufffd", value.toString());
  }

  static void assertProblems(GgufBytes file, Problem... expected) {
    GgufFormatException error = assertThrows(GgufFormatException.class, file::header);
    assertEquals("test.gguf", error.file());
    assertEquals(List.of(expected), error.problems());
  }
}
