package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.HostileBytes;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that lie. Whatever they say, reading ends soon, takes memory in proportion to their size,
/// and gives a header or a {@link GgufFormatException}.
class HostileHeaderTest {
  enum Order {
    LITTLE(ByteOrder.LITTLE_ENDIAN),
    BIG(ByteOrder.BIG_ENDIAN);

    final ByteOrder byteOrder;

    Order(ByteOrder byteOrder) {
      this.byteOrder = byteOrder;
    }
  }

  /// One of everything, small.
  private static GgufBytes sample(ByteOrder order) {
    return GgufBytes.start(order, 3, 3, 6)
        .key("general.alignment", MetadataType.UINT32)
        .i32(16)
        .key("name", MetadataType.STRING)
        .string("tiny")
        .key("tokens", MetadataType.ARRAY)
        .i32(MetadataType.STRING.id())
        .i64(3)
        .string("a")
        .string("")
        .string("bc")
        .key("nested", MetadataType.ARRAY)
        .i32(MetadataType.ARRAY.id())
        .i64(2)
        .i32(MetadataType.UINT16.id())
        .i64(1)
        .i16(9)
        .i32(MetadataType.STRING.id())
        .i64(1)
        .string("x")
        .key("f64", MetadataType.FLOAT64)
        .i64(Double.doubleToRawLongBits(0.5))
        .key("flag", MetadataType.BOOL)
        .i8(1)
        .tensor("a", GgmlType.F32, 0, 2, 3)
        .tensor("b", GgmlType.Q8_0, 32, 32, 2, 1, 1)
        .tensor("c", GgmlType.I8, 112, 5)
        .pad(16)
        .zeros(117);
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryTruncationOfAFile(Order order) throws Exception {
    byte[] whole = sample(order.byteOrder).toArray();
    assertEquals(3, GgufBytes.header(whole).tensors().size());
    HostileBytes.everyTruncation(
        whole, file -> assertThrows(GgufFormatException.class, () -> GgufBytes.header(file)));
  }

  @ParameterizedTest
  @EnumSource
  void asksForMoreOfEveryPrefixUntilTheHeaderIsThere(Order order) throws Exception {
    byte[] whole = sample(order.byteOrder).toArray();
    int end = GgufBytes.header(whole).end();
    for (int length = 0; length < whole.length; length++) {
      MemorySegment prefix = MemorySegment.ofArray(Arrays.copyOf(whole, length));
      HeaderRead read = GgufHeader.read("remote", prefix, whole.length);
      if (length < end) {
        long needed = assertInstanceOf(HeaderRead.Incomplete.class, read).needed();
        assertTrue(length < needed && needed <= end, length + " of " + end + " asks " + needed);
      } else {
        GgufHeader header = assertInstanceOf(HeaderRead.Complete.class, read).header();
        assertEquals(whole.length, header.fileSize());
        assertEquals(3, header.tensors().size());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void survivesEveryFlippedBit(Order order) throws Exception {
    byte[] whole = sample(order.byteOrder).toArray();
    HostileBytes.everyFlippedBit(whole, GgufBytes.header(whole).end(), HostileHeaderTest::readAll);
  }

  @Test
  void survivesRandomBytesInAnyPlace() throws Exception {
    byte[] whole = sample(ByteOrder.LITTLE_ENDIAN).toArray();
    HostileBytes.randomChanges(
        whole, 8, GgufBytes.header(whole).end(), 50_000, HostileHeaderTest::readAll);
  }

  // What a header promises must hold: everything in it is looked at.
  private static void readAll(byte[] file) {
    GgufHeader header;
    try {
      header = GgufBytes.header(file);
    } catch (GgufFormatException e) {
      assertTrue(e.problems().size() > 0);
      return;
    }
    for (String key : header.metadata().keys()) {
      lookAt(header.metadata().get(key).orElseThrow());
    }
    for (TensorInfo tensor : header.tensors()) {
      long end = Math.addExact(header.positionOf(tensor), tensor.byteSize());
      assertTrue(end <= file.length && tensor.offset() % header.alignment() == 0);
    }
  }

  private static void lookAt(MetadataValue value) {
    assertNotNull(value.toString());
    if (value instanceof MetadataArray array) {
      int count = 0;
      for (MetadataValue element : array) {
        assertEquals(element, array.element(count++));
        lookAt(element);
      }
      assertEquals(array.length(), count);
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        -1,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        1L << 32,
        1L << 31,
        Integer.MAX_VALUE,
        1L << 61,
        (1L << 61) + 1,
        1_000_000
      })
  void believesNoCountBeforeItIsChecked(long count) {
    refusesCheaply(GgufBytes.start(count, 0).zeros(100));
    refusesCheaply(GgufBytes.start(0, count).zeros(100));
    refusesCheaply(GgufBytes.start(0, 1).i64(count).zeros(100));
    refusesCheaply(GgufBytes.start(0, 1).key("s", MetadataType.STRING).i64(count).zeros(100));
    refusesCheaply(GgufBytes.start(1, 0).i64(count).zeros(100));
    for (MetadataType type : MetadataType.values()) {
      refusesCheaply(
          GgufBytes.start(0, 1).key("a", MetadataType.ARRAY).i32(type.id()).i64(count).zeros(100));
    }
  }

  @Test
  void refusesNestingBombs() {
    GgufBytes deep = GgufBytes.start(0, 1).key("a", MetadataType.ARRAY);
    for (int i = 0; i < 100_000; i++) {
      deep.i32(MetadataType.ARRAY.id()).i64(1);
    }
    refusesCheaply(deep);
  }

  @Test
  void readsArraysNestedToTheLimit() throws Exception {
    GgufBytes deep = GgufBytes.start(0, 1).key("a", MetadataType.ARRAY);
    for (int i = 1; i < HeaderReader.MAX_NESTING; i++) {
      deep.i32(MetadataType.ARRAY.id()).i64(1);
    }
    deep.i32(MetadataType.UINT8.id()).i64(1).i8(7);
    MetadataValue value = deep.header().metadata().value(0);
    for (int i = 0; i < HeaderReader.MAX_NESTING; i++) {
      value = assertInstanceOf(MetadataArray.class, value).element(0);
    }
    assertEquals(new MetadataValue.Int(MetadataType.UINT8, 7), value);
  }

  @Test
  void refusesExtentsWhoseProductOverflows() {
    for (long[] extents :
        new long[][] {
          {1L << 32, 1L << 32},
          {1L << 62, 2},
          {1L << 62, 4},
          {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE},
          {1L << 62}
        }) {
      refusesCheaply(GgufBytes.start(1, 0).tensor("t", GgmlType.F64, 0, extents).pad(32).zeros(99));
    }
  }

  @Test
  void keepsReportsOfManyProblemsShort() {
    int count = 10_000;
    GgufBytes bytes = GgufBytes.start(count, 0);
    for (int i = 0; i < count; i++) {
      bytes.tensor("same", 99, 1, 5);
    }
    GgufFormatException error = assertThrows(GgufFormatException.class, bytes::header);
    assertEquals(101, error.problems().size());
    assertEquals("29900 more problems", error.problems().getLast().what());
  }

  @Test
  void readsManyEntriesInReasonableTimeAndMemory() throws Exception {
    int count = 300_000;
    GgufBytes bytes = GgufBytes.start(count, count);
    for (int i = 0; i < count; i++) {
      bytes.key(Integer.toString(i), MetadataType.UINT8).i8(i);
    }
    for (int i = 0; i < count; i++) {
      bytes.tensor(Integer.toString(i), GgmlType.I8, 0, 0);
    }
    byte[] file = bytes.pad(32).toArray();
    long before = HostileBytes.allocated();
    GgufHeader header =
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> GgufBytes.header(file));
    assertEquals(count, header.tensors().size());
    assertEquals(count, header.metadata().size());
    assertTrue(HostileBytes.allocated() - before < 40L * file.length);
  }

  private static void refusesCheaply(GgufBytes bytes) {
    HostileBytes.refusesCheaply(bytes.toArray(), GgufFormatException.class, GgufBytes::header);
  }
}
