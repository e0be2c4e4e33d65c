package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GgmlTypeTest {
  /// What `GGML_QUANT_SIZES` of gguf-py has: name, number, elements and bytes of a block.
  private static final String REFERENCE =
      """
      F32 0 1 4
      F16 1 1 2
      Q4_0 2 32 18
      Q4_1 3 32 20
      Q5_0 6 32 22
      Q5_1 7 32 24
      Q8_0 8 32 34
      Q8_1 9 32 36
      Q2_K 10 256 84
      Q3_K 11 256 110
      Q4_K 12 256 144
      Q5_K 13 256 176
      Q6_K 14 256 210
      Q8_K 15 256 292
      IQ2_XXS 16 256 66
      IQ2_XS 17 256 74
      IQ3_XXS 18 256 98
      IQ1_S 19 256 50
      IQ4_NL 20 32 18
      IQ3_S 21 256 110
      IQ2_S 22 256 82
      IQ4_XS 23 256 136
      I8 24 1 1
      I16 25 1 2
      I32 26 1 4
      I64 27 1 8
      F64 28 1 8
      IQ1_M 29 256 56
      BF16 30 1 2
      TQ1_0 34 256 54
      TQ2_0 35 256 66
      MXFP4 39 32 17
      NVFP4 40 64 36
      Q1_0 41 128 18
      Q2_0 42 64 18
      """;

  @Test
  void hasTheBlocksOfGgml() {
    String ours =
        Stream.of(GgmlType.values())
            .map(t -> t + " " + t.id() + " " + t.blockSize() + " " + t.typeSize() + "\n")
            .collect(Collectors.joining());
    assertEquals(REFERENCE, ours);
  }

  @Test
  void findsTypesByNumberAndNamesThoseThatAreGone() {
    for (int id = -1; id <= 50; id++) {
      GgmlType type = GgmlType.ofId(id);
      if (type != null) {
        assertEquals(id, type.id());
        assertNull(GgmlType.removedName(id));
      }
    }
    assertNull(GgmlType.ofId(4));
    assertEquals("Q4_2", GgmlType.removedName(4));
    assertEquals("Q4_0_8_8", GgmlType.removedName(33));
    assertEquals("IQ4_NL_4_4", GgmlType.removedName(36));
    assertNull(GgmlType.removedName(43));
    assertNull(GgmlType.ofId(Integer.MIN_VALUE));
  }

  @Test
  void countsBytesOfWholeBlocksOnly() {
    assertEquals(0, GgmlType.Q4_K.bytesFor(0));
    assertEquals(288, GgmlType.Q4_K.bytesFor(512));
    assertThrows(IllegalArgumentException.class, () -> GgmlType.Q4_K.bytesFor(128));
    assertThrows(IllegalArgumentException.class, () -> GgmlType.F32.bytesFor(-1));
    assertThrows(ArithmeticException.class, () -> GgmlType.F32.bytesFor(Long.MAX_VALUE / 2));
  }

  @Test
  void multipliesExtentsExactly() {
    assertEquals(1, Shape.of().elements());
    assertEquals(0, Shape.of(Long.MAX_VALUE, Long.MAX_VALUE, 0).elements());
    assertEquals(1L << 62, Shape.of(1L << 31, 1L << 31).elements());
    assertThrows(ArithmeticException.class, () -> Shape.of(1L << 32, 1L << 31).elements());
    assertThrows(IllegalArgumentException.class, () -> Shape.of(1, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(-1));
    assertEquals("[4096, 32000]", Shape.of(4096, 32000).toString());
  }
}
