package dev.computepool.safetensors;

import org.jspecify.annotations.Nullable;

/// The type of a tensor's elements, with the names of the format.
///
/// The order is the format's own: writers put tensors of the last types first, which keeps every
/// tensor aligned.
public enum Dtype {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private final int bits;

  Dtype(int bits) {
    this.bits = bits;
  }

  /// Bits of an element: from 4 to 64.
  public int bits() {
    return bits;
  }

  /// Bytes that `elements` take.
  ///
  /// @throws IllegalArgumentException if they do not fill whole bytes
  /// @throws ArithmeticException if the bits do not fit 63 bits
  public long bytesFor(long elements) {
    long total = Math.multiplyExact(elements, (long) bits);
    if (total % Byte.SIZE != 0) {
      throw new IllegalArgumentException(
          elements + " elements of " + this + " do not fill whole bytes");
    }
    return total / Byte.SIZE;
  }

  /// The type of this name, such as `BF16`, or null if the format has none.
  public static @Nullable Dtype ofName(String name) {
    for (Dtype dtype : values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    return null;
  }
}
