package dev.computepool.identity;

import dev.computepool.identity.Secp256k1.Point;
import java.math.BigInteger;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A public key as Nostr and BIP-340 write it: the x of a point of secp256k1 whose y is even.
public final class VerifyingKey {
  private final Point point;

  private VerifyingKey(Point point) {
    this.point = point;
  }

  /// The key with this x.
  static VerifyingKey of(BigInteger x) {
    @Nullable Point point = Secp256k1.lift(x);
    if (point == null) {
      throw new IllegalArgumentException("a public key is the x of a point of secp256k1");
    }
    return new VerifyingKey(point);
  }

  /// Reads what {@link #hex} writes, in either case.
  ///
  /// @throws IllegalArgumentException unless it is 64 hexadecimal digits, the x of a point
  public static VerifyingKey parse(String hex) {
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException("a public key has 64 hexadecimal digits");
    }
    return of(new BigInteger(hex, 16));
  }

  /// Whether `signature`, 64 bytes, was made for `message` with the secret half of this key.
  public boolean verifies(byte[] message, byte[] signature) {
    return Schnorr.verifies(point, message, signature);
  }

  /// 64 lower-case hexadecimal digits.
  public String hex() {
    return HexFormat.of().formatHex(Schnorr.bytes(point.x()));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VerifyingKey that && point.x().equals(that.point.x());
  }

  @Override
  public int hashCode() {
    return point.x().hashCode();
  }

  @Override
  public String toString() {
    return hex();
  }
}
