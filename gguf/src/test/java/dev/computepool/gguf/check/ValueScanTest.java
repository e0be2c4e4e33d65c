package dev.computepool.gguf.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.check.ValueScan.Values;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ValueScanTest {
  private static Values scan(GgmlType type, byte[] bytes, ByteOrder order)
      throws CancelledException {
    AtomicLong told = new AtomicLong();
    Progress.Step step =
        new Progress.Step() {
          @Override
          public void advance(long amount) {
            told.addAndGet(amount);
          }

          @Override
          public void close() {}
        };
    Values values = ValueScan.of(type, MemorySegment.ofArray(bytes), order, step);
    assertEquals(bytes.length, told.get(), "every byte is told once");
    return values;
  }

  private static Values scan(GgmlType type, byte[] bytes) throws CancelledException {
    return scan(type, bytes, ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @EnumSource
  void zerosAreZero(GgmlType type) throws Exception {
    for (int blocks : new int[] {0, 1, 3, 70_001}) {
      byte[] bytes = new byte[blocks * type.typeSize()];
      assertEquals(new Values(0, 0, -1, true), scan(type, bytes), blocks + " blocks");
    }
  }

  /// One number of a size, at every place around the borders of words and chunks.
  @ParameterizedTest
  @CsvSource({
    "F32, 7f800000, 7fc00000, 3f800000, 80000000",
    "F16, 7c00, fe00, 3c00, 8000",
    "BF16, ff80, 7fc0, 3f80, 8000",
    "F64, 7ff0000000000000, fff8000000000000, 3ff0000000000000, 8000000000000000"
  })
  void findsOneNumberAnywhere(
      GgmlType type, String infinite, String nan, String one, String minusZero) throws Exception {
    int size = type.typeSize();
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (int count : new int[] {1, 2, 3, 65_536 / size - 1, 65_536 / size + 1}) {
        for (int at : new int[] {0, count / 2, count - 1}) {
          assertEquals(
              new Values(0, 1, at, false),
              scan(type, with(infinite, at, count, size, order), order));
          assertEquals(
              new Values(1, 0, at, false), scan(type, with(nan, at, count, size, order), order));
          assertEquals(
              new Values(0, 0, -1, false), scan(type, with(one, at, count, size, order), order));
          assertEquals(
              new Values(0, 0, -1, true),
              scan(type, with(minusZero, at, count, size, order), order));
        }
      }
    }
  }

  private static byte[] with(String hex, int at, int count, int size, ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.allocate(count * size).order(order);
    long value = Long.parseUnsignedLong(hex, 16);
    switch (size) {
      case 2 -> bytes.putShort(at * size, (short) value);
      case 4 -> bytes.putInt(at * size, (int) value);
      default -> bytes.putLong(at * size, value);
    }
    return bytes.array();
  }

  @Test
  void tellsNumbersThatAreAlmostInfinite() throws Exception {
    ByteBuffer largest = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    largest.putShort((short) 0x7bff).putShort((short) 0xfbff);
    assertEquals(new Values(0, 0, -1, false), scan(GgmlType.F16, largest.array()));
    ByteBuffer single = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    single.putFloat(Float.MAX_VALUE);
    assertEquals(new Values(0, 0, -1, false), scan(GgmlType.F32, single.array()));
  }

  /// Where ggml-common.h has the half-precision scales of each block.
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 0",
    "Q4_1, 0",
    "Q4_1, 2",
    "Q5_0, 0",
    "Q5_1, 2",
    "Q8_0, 0",
    "Q2_K, 80",
    "Q2_K, 82",
    "Q3_K, 108",
    "Q4_K, 0",
    "Q4_K, 2",
    "Q5_K, 0",
    "Q5_K, 2",
    "Q6_K, 208",
    "IQ2_XXS, 0",
    "IQ2_XS, 0",
    "IQ2_S, 0",
    "IQ3_XXS, 0",
    "IQ3_S, 0",
    "IQ1_S, 0",
    "IQ4_NL, 0",
    "IQ4_XS, 0",
    "TQ1_0, 52",
    "TQ2_0, 64",
    "Q1_0, 0",
    "Q2_0, 0"
  })
  void looksAtTheScalesOfBlocks(GgmlType type, int offset) throws Exception {
    byte[] bytes = new byte[3 * type.typeSize()];
    int at = 2 * type.typeSize() + offset;
    bytes[at + 1] = 0x7c;
    assertEquals(new Values(0, 1, 2, false), scan(type, bytes));
    bytes[at] = 1;
    assertEquals(new Values(1, 0, 2, false), scan(type, bytes));
    bytes[at + 1] = 0x3c;
    assertEquals(new Values(0, 0, -1, false), scan(type, bytes));
    bytes[at] = 0;
    bytes[at + 1] = (byte) 0x80;
    assertTrue(scan(type, bytes).zero(), "minus zero");
  }

  @Test
  void putsTheScaleOfIq1mTogether() throws Exception {
    byte[] bytes = new byte[GgmlType.IQ1_M.typeSize()];
    bytes[48 + 7] = 0x70; // the highest digit is that of the last number
    assertEquals(new Values(0, 0, -1, false), scan(GgmlType.IQ1_M, bytes));
    bytes[48 + 5] = (byte) 0xc0;
    assertEquals(new Values(0, 1, 0, false), scan(GgmlType.IQ1_M, bytes));
    bytes[48 + 1] = 0x10;
    assertEquals(new Values(1, 0, 0, false), scan(GgmlType.IQ1_M, bytes));
  }

  @Test
  void readsPowersOfTwoAsGgmlDoes() throws Exception {
    byte[] bytes = new byte[2 * GgmlType.MXFP4.typeSize()];
    bytes[17] = (byte) 254;
    assertEquals(new Values(0, 0, -1, true), scan(GgmlType.MXFP4, bytes), "a scale of zeros");
    bytes[17 + 16] = (byte) 0x88;
    assertTrue(scan(GgmlType.MXFP4, bytes).zero(), "minus zero twice");
    bytes[17 + 16] = 0x10;
    assertEquals(new Values(0, 0, -1, false), scan(GgmlType.MXFP4, bytes));
    bytes[17] = (byte) 255;
    assertEquals(new Values(1, 0, 1, false), scan(GgmlType.MXFP4, bytes));
  }
}
