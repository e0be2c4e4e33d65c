package dev.computepool.convert.tensor;

import static dev.computepool.convert.tensor.Decoder.BLOCK;

import dev.computepool.gguf.GgmlType;
import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Numbers as GGUF stores them, with ggml's bits.
///
/// The loops are over plain arrays, in the shapes that the JIT compiler turns into vector
/// instructions.
public final class Encoder {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int QK8_0 = 32;
  private static final int BF16_QUIET = 0x0040;

  private Encoder() {}

  /// Whether numbers can be written as this type.
  public static boolean writes(GgmlType type) {
    return switch (type) {
      case F32, F16, BF16, Q8_0 -> true;
      default -> false;
    };
  }

  /// Writes numbers.
  ///
  /// @param count of the numbers to write, a multiple of the type's block
  /// @param target has room for them
  /// @throws IllegalArgumentException if the type is not one of those that {@link #writes} names
  public static void encode(GgmlType type, float[] numbers, int count, MemorySegment target) {
    switch (type) {
      case F32 -> toF32(numbers, count, target);
      case F16 -> toF16(numbers, count, target);
      case BF16 -> toBf16(numbers, count, target);
      case Q8_0 -> toQ8(numbers, count, target);
      default -> throw new IllegalArgumentException(type + " cannot be written");
    }
  }

  /// Whether bytes of this stored type are those of a GGUF type, apart from signalling NaNs.
  static boolean same(Dtype from, GgmlType to) {
    return switch (to) {
      case F32 -> from == Dtype.F32;
      case F16 -> from == Dtype.F16;
      case BF16 -> from == Dtype.BF16;
      default -> false;
    };
  }

  /// Whether some `BF16` are NaNs that ggml makes quiet when it writes them.
  static boolean hasSignallingNan(MemorySegment bytes, int count) {
    int fours = count / 4;
    long[] block = new long[Math.min(fours, BLOCK / 4)];
    boolean found = false;
    for (int from = 0; from < fours; from += block.length) {
      int size = Math.min(block.length, fours - from);
      MemorySegment.copy(bytes, LONG, (long) from * Long.BYTES, block, 0, size);
      found |= hasSignallingNan(block, size);
    }
    for (int i = 4 * fours; i < count; i++) {
      found |= hasSignallingNan(new long[] {bytes.get(SHORT, (long) i * Short.BYTES) & 0xffffL}, 1);
    }
    return found;
  }

  /// Looks at four at a time for 0x7f81 to 0x7fbf, with either sign: in each quarter the highest
  /// bit of the one sum is set from 0x7f81 on, that of the other from 0x7fc0 on, and nothing is
  /// carried into the next.
  private static boolean hasSignallingNan(long[] fours, int size) {
    long found = 0;
    for (int i = 0; i < size; i++) {
      long four = fours[i] & 0x7fff_7fff_7fff_7fffL;
      found |= (four + 0x007f_007f_007f_007fL) & ~(four + 0x0040_0040_0040_0040L);
    }
    return (found & 0x8000_8000_8000_8000L) != 0;
  }

  static void toF32(float[] numbers, int count, MemorySegment target) {
    MemorySegment.copy(numbers, 0, target, FLOAT, 0, count);
  }

  /// IEEE binary16, ties to even.
  static void toF16(float[] numbers, int count, MemorySegment target) {
    short[] block = new short[Math.min(count, BLOCK)];
    for (int from = 0; from < count; from += block.length) {
      int size = Math.min(block.length, count - from);
      for (int i = 0; i < size; i++) {
        block[i] = Float.floatToFloat16(numbers[from + i]);
      }
      MemorySegment.copy(block, 0, target, SHORT, (long) from * Short.BYTES, size);
    }
  }

  /// The upper half of a `float`, ties to even; NaNs become quiet and keep their payload.
  static void toBf16(float[] numbers, int count, MemorySegment target) {
    short[] block = new short[Math.min(count, BLOCK)];
    for (int from = 0; from < count; from += block.length) {
      int size = Math.min(block.length, count - from);
      for (int i = 0; i < size; i++) {
        int bits = Float.floatToRawIntBits(numbers[from + i]);
        int rounded = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
        int quiet = bits >>> 16 | BF16_QUIET;
        block[i] = (short) ((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
      }
      MemorySegment.copy(block, 0, target, SHORT, (long) from * Short.BYTES, size);
    }
  }

  /// Blocks of 32: a binary16 scale, then as many signed bytes, rounded half away from zero.
  static void toQ8(float[] numbers, int count, MemorySegment target) {
    byte[] quants = new byte[QK8_0];
    int bytes = GgmlType.Q8_0.typeSize();
    for (int block = 0; block < count / QK8_0; block++) {
      int from = block * QK8_0;
      int largest = 0;
      for (int i = 0; i < QK8_0; i++) {
        // The bits of floats without their sign are ordered as the floats are.
        largest = Math.max(largest, Float.floatToRawIntBits(numbers[from + i]) & 0x7fffffff);
      }
      float scale = Float.intBitsToFloat(largest) / 127;
      float inverse = scale == 0 ? 0 : 1 / scale;
      for (int i = 0; i < QK8_0; i++) {
        float x = numbers[from + i] * inverse;
        int whole = (int) x;
        int away = (int) (2 * (x - whole)); // exact: -1, 0 or 1
        quants[i] = (byte) (whole + away);
      }
      long at = (long) block * bytes;
      target.set(SHORT, at, Float.floatToFloat16(scale));
      MemorySegment.copy(quants, 0, target, ValueLayout.JAVA_BYTE, at + Short.BYTES, QK8_0);
    }
  }
}
