package dev.computepool.convert.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.gguf.GgmlType;
import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loops of {@link Encoder} and {@link Decoder} against plain arithmetic, one number at a time.
@SuppressWarnings({
  "OperatorPrecedence", // bits, as the formats write them
  "FloatingPointLiteralPrecision", // the middle between two floats
  "ByteBufferBackingArray" // of a buffer allocated here
})
class EncoderTest {
  private static byte[] encode(GgmlType type, float... numbers) {
    byte[] bytes = new byte[Math.toIntExact(type.bytesFor(numbers.length))];
    Encoder.encode(type, numbers, numbers.length, MemorySegment.ofArray(bytes));
    return bytes;
  }

  private static short[] halves(GgmlType type, float... numbers) {
    short[] halves = new short[numbers.length];
    ByteBuffer.wrap(encode(type, numbers))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .get(halves);
    return halves;
  }

  /// Numbers of all magnitudes, and every kind of special one.
  private static float[] numbers(int count) {
    Random random = new Random(count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          switch (random.nextInt(8)) {
            case 0 -> Float.intBitsToFloat(random.nextInt());
            case 1 -> Math.scalb((float) random.nextGaussian(), random.nextInt(48) - 30);
            case 2 -> random.nextInt(2049) / 1024f; // ties of 11 bits
            default -> (float) random.nextGaussian() * 0.02f;
          };
    }
    return numbers;
  }

  /// The value of a `binary16` or `bfloat16`, from what its bits mean.
  private static double meaning(int bits, int mantissaBits, int bias) {
    int exponentMask = (1 << 15 - mantissaBits) - 1;
    int exponent = bits >> mantissaBits & exponentMask;
    int mantissa = bits & (1 << mantissaBits) - 1;
    double value;
    if (exponent == exponentMask) {
      value = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      value = Math.scalb((double) mantissa, 1 - bias - mantissaBits);
    } else {
      value = Math.scalb((double) (mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
    }
    return (bits & 0x8000) == 0 ? value : -value;
  }

  /// The nearest 16-bit float of a layout, by looking at both neighbours; ties to even.
  private static int nearest(float number, int mantissaBits, int bias) {
    double magnitude = Math.abs((double) number);
    int infinity = (1 << 15 - mantissaBits) - 1 << mantissaBits;
    int low = 0;
    int high = infinity; // the largest of the finite ones is one below
    while (high - low > 1) {
      int middle = low + high >>> 1;
      if (meaning(middle, mantissaBits, bias) <= magnitude) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double below = meaning(low, mantissaBits, bias);
    double above =
        high == infinity
            ? 2 * meaning(infinity - 1, mantissaBits, bias)
                - meaning(infinity - 2, mantissaBits, bias)
            : meaning(high, mantissaBits, bias);
    double middle = below + (above - below) / 2;
    boolean up = magnitude > middle || (magnitude == middle && (low & 1) == 1);
    int bits = Double.isInfinite(magnitude) || up ? high : low;
    return Float.floatToRawIntBits(number) < 0 ? bits | 0x8000 : bits;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 4095, 4096, 4097, 9001})
  void roundsToTheNearest16BitFloat(int count) {
    float[] numbers = numbers(count);
    short[] f16 = halves(GgmlType.F16, numbers);
    short[] bf16 = halves(GgmlType.BF16, numbers);
    for (int i = 0; i < count; i++) {
      if (Float.isNaN(numbers[i])) {
        assertTrue(Double.isNaN(meaning(f16[i], 10, 15)));
        int upper = Float.floatToRawIntBits(numbers[i]) >>> 16;
        assertEquals((short) (upper | 0x40), bf16[i]);
        continue;
      }
      assertEquals((short) nearest(numbers[i], 10, 15), f16[i], () -> "F16");
      assertEquals((short) nearest(numbers[i], 7, 127), bf16[i], () -> "BF16");
    }
  }

  @Test
  void readsEvery16BitFloatExactly() {
    ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      all.putShort((short) bits);
    }
    float[] numbers = new float[1 << 16];
    Decoder.decode(Dtype.F16, MemorySegment.ofArray(all.array()), numbers, numbers.length);
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertEquals((float) meaning(bits, 10, 15), numbers[bits]);
    }
    Decoder.decode(Dtype.BF16, MemorySegment.ofArray(all.array()), numbers, numbers.length);
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertEquals((float) meaning(bits, 7, 127), numbers[bits]);
    }
  }

  @Test
  void readsEvery8BitFloatExactly() {
    byte[] all = new byte[256];
    for (int bits = 0; bits < 256; bits++) {
      all[bits] = (byte) bits;
    }
    float[] numbers = new float[256];
    Decoder.decode(Dtype.F8_E5M2, MemorySegment.ofArray(all), numbers, 256);
    for (int bits = 0; bits < 256; bits++) {
      assertEquals((float) meaning(bits << 8, 10, 15), numbers[bits]);
    }
    Decoder.decode(Dtype.F8_E4M3, MemorySegment.ofArray(all), numbers, 256);
    assertEquals(448f, numbers[0x7e]);
    assertEquals(Float.NaN, numbers[0x7f]);
    assertEquals(-Float.NaN, numbers[0xff]);
    assertEquals(0x1p-9f, numbers[1]);
    assertEquals(0x1p-6f, numbers[8]);
    assertEquals(-1f, numbers[0xb8]);
    assertEquals(1.125f, numbers[0x39]);
    for (int bits = 1; bits < 0x7f; bits++) {
      assertTrue(numbers[bits] > numbers[bits - 1]);
      assertEquals(-numbers[bits], numbers[bits | 0x80]);
    }
  }

  @Test
  void readsIntegersAndDoubles() {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(-5).putLong((1L << 60) + 1).putLong(Long.MIN_VALUE);
    assertArrayEquals(new float[] {-5, 0x1p60f, -0x1p63f}, decoded(Dtype.I64, bytes, 3));
    bytes.clear().putInt(-1).putInt(16_777_217);
    assertArrayEquals(new float[] {-1, 16_777_216}, decoded(Dtype.I32, bytes, 2));
    assertArrayEquals(new float[] {4_294_967_296f, 16_777_216}, decoded(Dtype.U32, bytes, 2));
    assertArrayEquals(new float[] {-1, -1, 1, 256}, decoded(Dtype.I16, bytes, 4));
    assertArrayEquals(new float[] {65535, 65535, 1, 256}, decoded(Dtype.U16, bytes, 4));
    assertArrayEquals(new float[] {-1, -1, -1, -1, 1}, decoded(Dtype.I8, bytes, 5));
    assertArrayEquals(new float[] {255, 255, 255, 255, 1}, decoded(Dtype.U8, bytes, 5));
    bytes.clear().putDouble(0.1).putDouble(-1e300);
    assertArrayEquals(new float[] {0.1f, Float.NEGATIVE_INFINITY}, decoded(Dtype.F64, bytes, 2));
  }

  private static float[] decoded(Dtype dtype, ByteBuffer bytes, int count) {
    float[] numbers = new float[count];
    Decoder.decode(dtype, MemorySegment.ofArray(bytes.array()), numbers, count);
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 32, 64, 96, 4064, 4096, 4128, 8224})
  void storesBlocksOf32WithAScale(int count) {
    Random random = new Random(count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      // Some blocks of zeros, some whose quants are ties.
      numbers[i] =
          switch (i / 32 % 4) {
            case 0 -> 0;
            case 1 -> i % 32 == 0 ? 127 : random.nextInt(255) / 2f - 64;
            default -> (float) random.nextGaussian() * 0.02f;
          };
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(encode(GgmlType.Q8_0, numbers)).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < count / 32; block++) {
      float largest = 0;
      for (int i = 0; i < 32; i++) {
        largest = Math.max(largest, Math.abs(numbers[block * 32 + i]));
      }
      float scale = largest / 127f;
      float inverse = scale == 0 ? 0 : 1f / scale;
      assertEquals((short) nearest(scale, 10, 15), bytes.getShort());
      for (int i = 0; i < 32; i++) {
        float x = numbers[block * 32 + i] * inverse;
        double rounded = Math.signum(x) * Math.floor(Math.abs((double) x) + 0.5);
        assertEquals((byte) rounded, bytes.get());
      }
    }
  }

  @Test
  void findsNansThatGgmlMakesQuiet() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      byte[] bytes = {0, 0, (byte) bits, (byte) (bits >> 8)};
      int magnitude = bits & 0x7fff;
      boolean signalling = magnitude > 0x7f80 && (magnitude & 0x40) == 0;
      assertEquals(signalling, Encoder.hasSignallingNan(MemorySegment.ofArray(bytes), 2));
    }
    assertFalse(Encoder.hasSignallingNan(MemorySegment.ofArray(new byte[0]), 0));
  }
}
