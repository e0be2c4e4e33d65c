package dev.computepool.hash;

import java.util.Arrays;
import java.util.HexFormat;

/// A 256-bit hash value.
public final class Digest {
  /// Bytes of a digest.
  public static final int BYTES = 32;

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Takes a copy of `bytes`.
  ///
  /// @throws IllegalArgumentException unless there are exactly 32 bytes
  public static Digest of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length);
    }
    return new Digest(bytes.clone());
  }

  /// Reads what {@link #hex} writes, in either case.
  ///
  /// @throws IllegalArgumentException unless `hex` is 64 hexadecimal digits
  public static Digest parse(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  /// A copy of the 32 bytes.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// 64 lower-case hexadecimal digits.
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /// Whether all bits are zero, which some formats write for "unknown".
  public boolean isZero() {
    return Arrays.equals(bytes, new byte[BYTES]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
