package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.Progress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
  @TempDir private Path folder;

  private static Map<String, MetadataValue> everyKindOfValue() {
    Map<String, MetadataValue> values = new LinkedHashMap<>();
    values.put("u8", new MetadataValue.Int(MetadataType.UINT8, 255));
    values.put("i8", new MetadataValue.Int(MetadataType.INT8, -128));
    values.put("u16", new MetadataValue.Int(MetadataType.UINT16, 65535));
    values.put("i16", new MetadataValue.Int(MetadataType.INT16, -32768));
    values.put("u32", new MetadataValue.Int(MetadataType.UINT32, 4294967295L));
    values.put("i32", new MetadataValue.Int(MetadataType.INT32, Integer.MIN_VALUE));
    values.put("u64", new MetadataValue.Int(MetadataType.UINT64, -1));
    values.put("i64", new MetadataValue.Int(MetadataType.INT64, Long.MIN_VALUE));
    values.put("nan32", new MetadataValue.Float32(0x7fa12345));
    values.put("zero32", new MetadataValue.Float32(-0.0f));
    values.put("nan64", new MetadataValue.Float64(0x7ff4_1234_5678_9abcL));
    values.put("inf64", new MetadataValue.Float64(Double.NEGATIVE_INFINITY));
    values.put("yes", new MetadataValue.Bool(true));
    values.put("no", new MetadataValue.Bool(false));
    values.put("empty", MetadataValue.Text.of(""));
    values.put("nul", MetadataValue.Text.of("a\0b"));
    values.put("emoji", MetadataValue.Text.of("🦙"));
    values.put("latin", MetadataValue.Text.of("é".getBytes(StandardCharsets.ISO_8859_1)));
    values.put("no strings", MetadataArray.ofStrings(List.of()));
    values.put("strings", MetadataArray.ofStrings(List.of("", "x", "größe")));
    values.put("nan floats", MetadataArray.ofFloats(1f, Float.intBitsToFloat(0x7fc00abc), -0f));
    values.put("longs", MetadataArray.ofIntegers(MetadataType.UINT64, 0, -1, Long.MAX_VALUE));
    values.put(
        "nested",
        MetadataArray.of(
            MetadataType.ARRAY,
            List.of(
                MetadataArray.of(MetadataType.ARRAY, List.of()),
                MetadataArray.of(
                    MetadataType.ARRAY,
                    List.of(
                        MetadataArray.ofIntegers(MetadataType.INT8, 1, -1),
                        MetadataArray.ofFloats())),
                MetadataArray.of(
                    MetadataType.FLOAT64,
                    List.of(new MetadataValue.Float64(0xfff8_0000_0000_0001L))),
                MetadataArray.of(MetadataType.BOOL, List.of(new MetadataValue.Bool(true))))));
    return values;
  }

  @Test
  void everyKindOfValueSurvives() throws Exception {
    GgufLayout.Builder builder = GgufLayout.builder();
    everyKindOfValue().forEach(builder::put);
    Path target = folder.resolve("values.gguf");
    GgufWriter.create(target, builder.build()).commit();

    try (GgufFile file = GgufFile.open(target)) {
      Map<String, MetadataValue> read = new LinkedHashMap<>();
      Metadata metadata = file.header().metadata();
      for (String key : metadata.keys()) {
        read.put(key, metadata.get(key).orElseThrow());
      }
      assertEquals(everyKindOfValue(), read);
      assertEquals(List.copyOf(everyKindOfValue().keySet()), metadata.keys());

      // Once more without decoding, and once through the values.
      GgufLayout copy = GgufLayout.builder().putAll(metadata).build();
      assertArrayEquals(Files.readAllBytes(target), bytes(copy.header()));
      GgufLayout.Builder again = GgufLayout.builder();
      read.forEach(again::put);
      assertArrayEquals(Files.readAllBytes(target), bytes(again.build().header()));
    }
  }

  @Test
  void metadataOfBigEndianFilesIsTurned() throws Exception {
    GgufHeader big =
        GgufBytes.start(ByteOrder.BIG_ENDIAN, 3, 0, 2)
            .key("words", MetadataType.ARRAY)
            .i32(MetadataType.ARRAY.id())
            .i64(2)
            .i32(MetadataType.UINT16.id())
            .i64(2)
            .i16(1)
            .i16(2)
            .i32(MetadataType.STRING.id())
            .i64(1)
            .string("ab")
            .key("pi", MetadataType.FLOAT32)
            .i32(Float.floatToRawIntBits(3.14f))
            .header();
    GgufHeader little =
        GgufBytes.header(bytes(GgufLayout.builder().putAll(big.metadata()).build().header()));

    assertEquals(ByteOrder.LITTLE_ENDIAN, little.byteOrder());
    assertEquals(big.metadata().get("words"), little.metadata().get("words"));
    assertEquals(big.metadata().get("pi"), little.metadata().get("pi"));
  }

  @Test
  void putReplacesInPlaceAndRemoveForgets() throws Exception {
    GgufLayout layout =
        GgufLayout.builder()
            .put("a", MetadataValue.Text.of("1"))
            .put("b", MetadataValue.Text.of("2"))
            .put("c", MetadataValue.Text.of("3"))
            .put("a", new MetadataValue.Bool(true))
            .remove("b")
            .remove("missing")
            .build();
    Metadata metadata = GgufBytes.header(bytes(layout.header())).metadata();
    assertEquals(List.of("a", "c"), metadata.keys());
    assertEquals(new MetadataValue.Bool(true), metadata.get("a").orElseThrow());
  }

  @Test
  void tensorsAreWrittenInOrderAndPadded() throws Exception {
    GgufLayout layout =
        GgufLayout.builder()
            .put("general.alignment", new MetadataValue.Int(MetadataType.UINT32, 64))
            .tensor("none", GgmlType.F32, Shape.of(0))
            .tensor("a", GgmlType.I8, Shape.of(70))
            .tensor("void", GgmlType.F32, Shape.of(4, 0))
            .tensor("b", GgmlType.F16, Shape.of(3))
            .tensor("c", GgmlType.Q8_0, Shape.of(32, 2))
            .build();
    byte[] a = random(70);
    byte[] b = random(6);
    byte[] c = random(68);
    Path other = Files.write(folder.resolve("other"), c);
    Path target = folder.resolve("model.gguf");
    try (GgufWriter writer = GgufWriter.create(target, layout);
        FileChannel source = FileChannel.open(other)) {
      List<TensorInfo> tensors = layout.tensors();
      writer.write(tensors.get(0), ByteBuffer.allocate(0));
      writer.write(tensors.get(1), ByteBuffer.wrap(a, 0, 69));
      writer.write(tensors.get(1), ByteBuffer.wrap(a, 69, 1));
      writer.write(tensors.get(3), MemorySegment.ofArray(b));
      Progress.Step step = Progress.NONE.begin("copy", 68, Progress.Unit.BYTES);
      writer.copy(tensors.get(4), other, source, 0, step);
      assertFalse(Files.exists(target));
      writer.commit();
    }

    assertEquals(layout.fileSize(), Files.size(target));
    try (GgufFile file = GgufFile.open(target)) {
      assertEquals(layout.tensors(), file.header().tensors());
      assertEquals(layout.dataOffset(), file.header().dataOffset());
      assertArrayEquals(a, data(file, "a"));
      assertArrayEquals(b, data(file, "b"));
      assertArrayEquals(c, data(file, "c"));
      byte[] padding =
          file.bytes(file.header().dataOffset() + 70, 58).toArray(ValueLayout.JAVA_BYTE);
      assertArrayEquals(new byte[58], padding);
    }
  }

  @Test
  void refusesDataThatIsNotDue() throws Exception {
    GgufLayout layout =
        GgufLayout.builder()
            .tensor("a", GgmlType.I8, Shape.of(4))
            .tensor("b", GgmlType.I8, Shape.of(4))
            .build();
    Path target = folder.resolve("model.gguf");
    try (GgufWriter writer = GgufWriter.create(target, layout)) {
      TensorInfo a = layout.tensors().get(0);
      TensorInfo b = layout.tensors().get(1);
      assertThrows(IllegalArgumentException.class, () -> writer.write(b, ByteBuffer.allocate(1)));
      assertThrows(IllegalArgumentException.class, () -> writer.write(a, ByteBuffer.allocate(5)));
      writer.write(a, ByteBuffer.allocate(3));
      IllegalStateException early = assertThrows(IllegalStateException.class, writer::commit);
      assertEquals("tensor a has 3 of 4 bytes", early.getMessage());
    }
    assertFalse(Files.exists(target));
    try (var left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void refusesATargetThatExistsUnlessToldToReplaceIt() throws Exception {
    GgufLayout layout = GgufLayout.builder().build();
    Path target = Files.writeString(folder.resolve("model.gguf"), "mine");
    assertThrows(FileAlreadyExistsException.class, () -> GgufWriter.create(target, layout));
    assertEquals("mine", Files.readString(target));
    GgufWriter.replace(target, layout).commit();
    assertEquals(24, Files.size(target));
  }

  @Test
  void refusesWhatNoReaderWouldTake() {
    GgufLayout.Builder builder = GgufLayout.builder().tensor("a", GgmlType.I8, Shape.of(1));
    MetadataValue one = new MetadataValue.Int(MetadataType.UINT32, 1);
    assertThrows(IllegalArgumentException.class, () -> builder.put("", one));
    assertThrows(IllegalArgumentException.class, () -> builder.put("k".repeat(65536), one));
    assertThrows(IllegalArgumentException.class, () -> builder.put("general.alignment", one));
    assertThrows(
        IllegalArgumentException.class, () -> builder.tensor("a", GgmlType.I8, Shape.of(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> builder.tensor("n".repeat(65), GgmlType.I8, Shape.of(1)));
    assertThrows(
        IllegalArgumentException.class, () -> builder.tensor("\ud800", GgmlType.I8, Shape.of(1)));
    assertThrows(
        IllegalArgumentException.class, () -> builder.tensor("q", GgmlType.Q4_0, Shape.of(33)));
    assertThrows(
        ArithmeticException.class,
        () -> builder.tensor("h", GgmlType.I8, Shape.of(Long.MAX_VALUE - 40)));
    assertThrows(
        IllegalArgumentException.class, () -> new MetadataValue.Int(MetadataType.UINT8, 256));
    assertThrows(
        IllegalArgumentException.class, () -> MetadataArray.of(MetadataType.BOOL, List.of(one)));
    MetadataValue deep = one;
    for (int i = 0; i < HeaderReader.MAX_NESTING; i++) {
      deep = MetadataArray.of(deep.type(), List.of(deep));
    }
    MetadataValue deepest = deep;
    builder.put("deep", deepest);
    assertThrows(
        IllegalArgumentException.class,
        () -> builder.put("deeper", MetadataArray.of(MetadataType.ARRAY, List.of(deepest))));
  }

  private static byte[] data(GgufFile file, String name) {
    for (TensorInfo tensor : file.header().tensors()) {
      if (tensor.name().equals(name)) {
        return file.bytes(tensor).toArray(ValueLayout.JAVA_BYTE);
      }
    }
    throw new AssertionError(name);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
