package dev.computepool.gguf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How ggml stores the elements of a tensor: in blocks of `blockSize` elements, `typeSize` bytes
/// each.
///
/// The names are ggml's own, such as `F16` and `Q4_K`.
///
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/include/ggml.h">ggml.h</a>
public enum GgmlType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18),
  Q2_0(42, 64, 18);

  private static final int MAX_ID = 42;
  private static final @Nullable GgmlType[] BY_ID = new @Nullable GgmlType[MAX_ID + 1];

  // Numbers that older files used and ggml no longer reads.
  private static final List<Removed> REMOVED =
      List.of(
          new Removed(4, "Q4_2"),
          new Removed(5, "Q4_3"),
          new Removed(31, "Q4_0_4_4"),
          new Removed(32, "Q4_0_4_8"),
          new Removed(33, "Q4_0_8_8"),
          new Removed(36, "IQ4_NL_4_4"),
          new Removed(37, "IQ4_NL_4_8"),
          new Removed(38, "IQ4_NL_8_8"));

  static {
    for (GgmlType type : values()) {
      BY_ID[type.id] = type;
    }
  }

  private final int id;
  private final int blockSize;
  private final int typeSize;

  GgmlType(int id, int blockSize, int typeSize) {
    this.id = id;
    this.blockSize = blockSize;
    this.typeSize = typeSize;
  }

  private record Removed(int id, String name) {}

  /// The number that stands for this type in a file.
  public int id() {
    return id;
  }

  /// Elements of a block; the innermost extent of a tensor is a multiple of it.
  public int blockSize() {
    return blockSize;
  }

  /// Bytes of a block.
  public int typeSize() {
    return typeSize;
  }

  /// Whether the blocks hold more than plain numbers: scales, and quants of a few bits.
  public boolean isQuantized() {
    return blockSize > 1;
  }

  /// Bytes that `elements` take.
  ///
  /// @throws IllegalArgumentException if `elements` is negative or no multiple of the block size
  /// @throws ArithmeticException if the bytes do not fit 63 bits
  public long bytesFor(long elements) {
    if (elements < 0 || elements % blockSize != 0) {
      throw new IllegalArgumentException(
          elements + " elements are not whole " + name() + " blocks of " + blockSize);
    }
    return Math.multiplyExact(elements / blockSize, typeSize);
  }

  /// The type with this number, or null if ggml has none.
  public static @Nullable GgmlType ofId(int id) {
    return id < 0 || id > MAX_ID ? null : BY_ID[id];
  }

  /// The type that had this number before ggml dropped it, or null.
  public static @Nullable String removedName(int id) {
    for (Removed removed : REMOVED) {
      if (removed.id == id) {
        return removed.name;
      }
    }
    return null;
  }
}
