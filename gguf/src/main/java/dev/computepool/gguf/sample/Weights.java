package dev.computepool.gguf.sample;

import dev.computepool.gguf.GgmlType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Invented weights of one tensor, any range of them at once.
///
/// Every eight bytes are a function of the seed and their place, so that nothing depends on how
/// the tensor is cut into buffers. The bits of the mixed counter become signs, mantissas and
/// quants as they are; only exponents and scales are put in their place. That keeps a core ahead
/// of a disk.
///
/// @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea and Flood, Fast Splittable
///     Pseudorandom Number Generators</a>
final class Weights {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;
  private static final int BLOCK = GgmlType.Q8_0.blockSize();
  private static final int BLOCK_BYTES = GgmlType.Q8_0.typeSize();
  private static final int LONGS_OF_A_BLOCK = BLOCK / Long.BYTES;
  private static final double DEVIATION_OF_QUANTS = 73.6; // of integers from -127 to 127

  /// Every buffer but the last of a tensor must have a multiple of so many bytes.
  static final int GRAIN = BLOCK_BYTES * Long.BYTES;

  private final long seed;

  /// @param seed of the model
  /// @param tensor its number in the file
  Weights(long seed, int tensor) {
    this.seed = mix(mix(seed + GAMMA) + (tensor + 1) * GAMMA);
  }

  /// Fills `target` with weights around 0.
  ///
  /// @param start of the buffer in the tensor, in bytes, a multiple of {@link #GRAIN}
  /// @param deviation about the standard deviation of a weight
  void matrix(GgmlType type, double deviation, long start, ByteBuffer target) {
    target.order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> floats(0x80ff_ffffL, 23, 127, 2, deviation, start, target);
      case F16 -> floats(0x87ffL, 10, 15, 4, deviation, start, target);
      case BF16 -> floats(0x80ffL, 7, 127, 4, deviation, start, target);
      case Q8_0 -> quants(deviation, start, target);
      default -> throw new IllegalArgumentException("samples have no weights of type " + type);
    }
  }

  /// Fills `target` with single-precision values close to `center`.
  ///
  /// @param start of the buffer in the tensor, in bytes, a multiple of {@link #GRAIN}
  void vector(float center, double deviation, long start, ByteBuffer target) {
    target.order(ByteOrder.LITTLE_ENDIAN);
    for (long i = start / Float.BYTES; target.hasRemaining(); i++) {
      double uniform = (mix(seed + i * GAMMA) >>> 11) * 0x1p-53 - 0.5;
      target.putFloat((float) (center + deviation * Math.sqrt(12) * uniform));
    }
  }

  /// Sign, mantissa and the lowest bit of the exponent are random; the other bits of the exponent
  /// are the same for all, so that a weight lies between 2^n and 2^(n+2) or their negatives.
  private void floats(
      long randomBits,
      int mantissaBits,
      int bias,
      int lanes,
      double deviation,
      long start,
      ByteBuffer target) {
    // Uniform mantissas over two octaves have a mean square of 35/6 of that of the lowest value.
    // Doubled, so that clearing the lowest bit rounds to the nearest and not down.
    double lowest = deviation / Math.sqrt(35 / 6.0);
    int exponent = (Math.getExponent(2 * lowest) + bias) & -2;
    long mask = 0;
    long base = 0;
    for (int lane = 0; lane < lanes; lane++) {
      int shift = lane * (Long.SIZE / lanes);
      mask |= randomBits << shift;
      base |= (long) exponent << mantissaBits << shift;
    }
    long counter = seed + start / Long.BYTES * GAMMA;
    int position = target.position();
    int end = target.limit();
    for (; position + Long.BYTES <= end; position += Long.BYTES) {
      target.putLong(position, (mix(counter) & mask) | base);
      counter += GAMMA;
    }
    long last = (mix(counter) & mask) | base;
    for (; position < end; position++) {
      target.put(position, (byte) last);
      last >>>= Byte.SIZE;
    }
    target.position(end);
  }

  private void quants(double deviation, long start, ByteBuffer target) {
    // The scale has room for 8 random bits of its 10 of mantissa, and so varies by a quarter.
    long scale = Float.floatToFloat16((float) (deviation / DEVIATION_OF_QUANTS)) & 0xff00;
    long counter = seed + start / BLOCK_BYTES * (LONGS_OF_A_BLOCK + 1) * GAMMA;
    int end = target.limit();
    for (int at = target.position(); at < end; at += BLOCK_BYTES) {
      target.putShort(at, (short) (scale | (mix(counter) >>> 56)));
      for (int i = 0; i < LONGS_OF_A_BLOCK; i++) {
        counter += GAMMA;
        target.putLong(at + Short.BYTES + i * Long.BYTES, withoutLeast(mix(counter)));
      }
      counter += GAMMA;
    }
    target.position(end);
  }

  /// Turns each byte -128, which ggml never writes, into -127.
  private static long withoutLeast(long bytes) {
    long flipped = bytes ^ 0x8080_8080_8080_8080L; // 0 where it was -128
    long low = 0x7f7f_7f7f_7f7f_7f7fL;
    long least = ~(((flipped & low) + low) | flipped | low);
    return bytes | (least >>> 7);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
