package dev.computepool.convert.tiny;

import dev.computepool.safetensors.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Numbers that look like weights and depend on nothing but a tensor's name.
public final class TinyWeights {
  private TinyWeights() {}

  /// The numbers of a tensor, as exact values of its type.
  public static float[] numbers(String name, Dtype dtype, int count) {
    long state = 0x9e3779b97f4a7c15L;
    for (int i = 0; i < name.length(); i++) {
      state = mix(state + name.charAt(i));
    }
    boolean norm = name.contains("norm") || name.contains("ln_") || name.contains("LayerNorm");
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      state = mix(state);
      float uniform = (state >>> 40) * 0x1p-24f - 0.5f;
      float number = norm && name.endsWith("weight") ? 1 + uniform * 0.125f : uniform * 0.25f;
      // What rounding and scaling can get wrong: zeros of both signs, the small and the large.
      number =
          switch (i % 97) {
            case 13 -> 0f;
            case 29 -> -0f;
            case 41 -> 1e-7f;
            case 53 -> 5.5f;
            case 71 -> (float) -1.0009765625;
            default -> number;
          };
      numbers[i] = exact(dtype, number);
    }
    return numbers;
  }

  private static long mix(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static float exact(Dtype dtype, float number) {
    return switch (dtype) {
      case BF16 -> Float.intBitsToFloat(Float.floatToRawIntBits(number) & 0xffff0000);
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(number));
      default -> number;
    };
  }

  /// The bytes of a tensor.
  public static ByteBuffer bytes(String name, Dtype dtype, int count) {
    float[] numbers = numbers(name, dtype, count);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(dtype.bytesFor(count))).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (dtype) {
        case F32 -> bytes.putFloat(numbers[i]);
        case F16 -> bytes.putShort(Float.floatToFloat16(numbers[i]));
        case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(numbers[i]) >>> 16));
        case I64 -> bytes.putLong(i);
        case F8_E4M3 -> bytes.put((byte) (i * 31 % 127 | (i & 1) << 7)); // 127 is no number
        case U8, BOOL -> bytes.put((byte) 1);
        default -> throw new IllegalArgumentException("no weights of type " + dtype);
      }
    }
    return bytes.flip();
  }
}
