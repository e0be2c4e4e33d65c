package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Numbers of any stored type as `float`.
///
/// Integers and doubles are rounded to the nearest `float`, ties to even; all else is exact.
public final class Decoder {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Elements that a loop takes at a time: 8 KiB stay in the first cache.
  static final int BLOCK = 4096;

  private static final float[] E4M3 = e4m3();
  private static final float[] E5M2 = e5m2();

  private Decoder() {}

  /// Whether numbers of this type can be read.
  public static boolean reads(Dtype dtype) {
    return switch (dtype) {
      case BOOL, U8, I8, F8_E4M3, F8_E5M2, I16, U16, F16, BF16, I32, U32, F32, F64, I64 -> true;
      case F4, F6_E2M3, F6_E3M2, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, C64, U64 -> false;
    };
  }

  /// Reads as many numbers as `target` holds, from `first` on.
  static void decode(Dense source, long first, float[] target) {
    MemorySegment bytes = source.contiguous(first, target.length);
    if (bytes != null) {
      decode(source.dtype(), bytes, target, target.length);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy =
          arena.allocate((long) target.length * Dense.bytes(source.dtype()), Long.BYTES);
      source.read(first, target.length, copy);
      decode(source.dtype(), copy, target, target.length);
    }
  }

  /// Reads numbers.
  ///
  /// @param bytes at least `count` elements of type `dtype`, little-endian
  /// @throws IllegalArgumentException if numbers of this type cannot be read
  public static void decode(Dtype dtype, MemorySegment bytes, float[] target, int count) {
    switch (dtype) {
      case F32 -> MemorySegment.copy(bytes, FLOAT, 0, target, 0, count);
      case F16 -> halves(bytes, target, count);
      case BF16 -> upperHalves(bytes, target, count);
      case F8_E4M3 -> table(bytes, E4M3, target, count);
      case F8_E5M2 -> table(bytes, E5M2, target, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = (float) bytes.getAtIndex(DOUBLE, i);
        }
      }
      case I64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = bytes.getAtIndex(LONG, i);
        }
      }
      case I32 -> {
        for (int i = 0; i < count; i++) {
          target[i] = bytes.getAtIndex(INT, i);
        }
      }
      case U32 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Integer.toUnsignedLong(bytes.getAtIndex(INT, i));
        }
      }
      case I16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = bytes.getAtIndex(SHORT, i);
        }
      }
      case U16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Short.toUnsignedInt(bytes.getAtIndex(SHORT, i));
        }
      }
      case I8 -> {
        for (int i = 0; i < count; i++) {
          target[i] = bytes.get(ValueLayout.JAVA_BYTE, i);
        }
      }
      case U8, BOOL -> {
        for (int i = 0; i < count; i++) {
          target[i] = Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i));
        }
      }
      case F4, F6_E2M3, F6_E3M2, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, C64, U64 ->
          throw new IllegalArgumentException("numbers of type " + dtype + " cannot be read");
    }
  }

  private static void halves(MemorySegment bytes, float[] target, int count) {
    short[] block = new short[Math.min(count, BLOCK)];
    for (int from = 0; from < count; from += block.length) {
      int size = Math.min(block.length, count - from);
      MemorySegment.copy(bytes, SHORT, (long) from * Short.BYTES, block, 0, size);
      for (int i = 0; i < size; i++) {
        target[from + i] = Float.float16ToFloat(block[i]);
      }
    }
  }

  private static void upperHalves(MemorySegment bytes, float[] target, int count) {
    short[] block = new short[Math.min(count, BLOCK)];
    for (int from = 0; from < count; from += block.length) {
      int size = Math.min(block.length, count - from);
      MemorySegment.copy(bytes, SHORT, (long) from * Short.BYTES, block, 0, size);
      for (int i = 0; i < size; i++) {
        target[from + i] = Float.intBitsToFloat(block[i] << 16);
      }
    }
  }

  private static void table(MemorySegment bytes, float[] table, float[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = table[Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i))];
    }
  }

  // 1 sign, 4 exponent (bias 7) and 3 mantissa bits; no infinities, all ones is NaN.
  private static float[] e4m3() {
    float[] table = new float[256];
    for (int bits = 0; bits < 256; bits++) {
      int exponent = bits >> 3 & 15;
      int mantissa = bits & 7;
      float value =
          exponent == 0
              ? Math.scalb((float) mantissa, -9)
              : Math.scalb((float) (8 + mantissa), exponent - 10);
      if ((bits & 0x7f) == 0x7f) {
        value = Float.NaN;
      }
      table[bits] = bits < 128 ? value : -value;
    }
    return table;
  }

  // The upper half of a binary16.
  private static float[] e5m2() {
    float[] table = new float[256];
    for (int bits = 0; bits < 256; bits++) {
      table[bits] = Float.float16ToFloat((short) (bits << 8));
    }
    return table;
  }
}
