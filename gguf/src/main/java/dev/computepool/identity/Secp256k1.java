package dev.computepool.identity;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// Arithmetic on secp256k1: y² = x³ + 7 over the integers modulo {@link #P}. Points are in Jacobian
/// coordinates, x = X/Z² and y = Y/Z³, so that only the way back divides.
///
/// How long it takes depends on the numbers, as it does with all `BigInteger`s: it is for keys on
/// the machine of their owner, who does not sign what others send as fast as they like.
///
/// @see <a href="https://www.secg.org/sec2-v2.pdf">SEC 2, section 2.4.1</a>
final class Secp256k1 {
  /// The prime of the field.
  static final BigInteger P =
      new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16);

  /// How many points there are; a prime too.
  static final BigInteger N =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  static final Point G =
      new Point(
          new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16),
          new BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16),
          BigInteger.ONE);

  private static final Point INFINITY = new Point(BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);
  private static final BigInteger SEVEN = BigInteger.valueOf(7);

  /// A root of a square is its power of this, since p = 3 modulo 4.
  private static final BigInteger ROOT = P.add(BigInteger.ONE).shiftRight(2);

  private Secp256k1() {}

  /// A point, or infinity where z is 0.
  record Point(BigInteger x, BigInteger y, BigInteger z) {
    boolean isInfinite() {
      return z.signum() == 0;
    }

    /// The same point with z = 1.
    Point affine() {
      if (isInfinite() || z.equals(BigInteger.ONE)) {
        return this;
      }
      BigInteger inverse = z.modInverse(P);
      BigInteger square = inverse.multiply(inverse).mod(P);
      return new Point(
          x.multiply(square).mod(P), y.multiply(square).multiply(inverse).mod(P), BigInteger.ONE);
    }

    Point negated() {
      return new Point(x, y.negate().mod(P), z);
    }

    Point doubled() {
      if (isInfinite() || y.signum() == 0) {
        return INFINITY;
      }
      BigInteger yy = y.multiply(y).mod(P);
      BigInteger s = x.multiply(yy).shiftLeft(2).mod(P);
      BigInteger m = x.multiply(x).multiply(BigInteger.valueOf(3)).mod(P);
      BigInteger sum = m.multiply(m).subtract(s.shiftLeft(1)).mod(P);
      return new Point(
          sum,
          m.multiply(s.subtract(sum)).subtract(yy.multiply(yy).shiftLeft(3)).mod(P),
          y.multiply(z).shiftLeft(1).mod(P));
    }

    Point plus(Point other) {
      if (isInfinite()) {
        return other;
      }
      if (other.isInfinite()) {
        return this;
      }
      BigInteger zz = z.multiply(z).mod(P);
      BigInteger otherZz = other.z.multiply(other.z).mod(P);
      BigInteger u = x.multiply(otherZz).mod(P);
      BigInteger s = y.multiply(otherZz).multiply(other.z).mod(P);
      BigInteger h = other.x.multiply(zz).subtract(u).mod(P);
      BigInteger r = other.y.multiply(zz).multiply(z).subtract(s).mod(P);
      if (h.signum() == 0) {
        return r.signum() == 0 ? doubled() : INFINITY;
      }
      BigInteger hh = h.multiply(h).mod(P);
      BigInteger hhh = hh.multiply(h).mod(P);
      BigInteger v = u.multiply(hh).mod(P);
      BigInteger sum = r.multiply(r).subtract(hhh).subtract(v.shiftLeft(1)).mod(P);
      return new Point(
          sum,
          r.multiply(v.subtract(sum)).subtract(s.multiply(hhh)).mod(P),
          z.multiply(other.z).multiply(h).mod(P));
    }

    Point times(BigInteger factor) {
      Point sum = INFINITY;
      for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
        sum = sum.doubled();
        if (factor.testBit(bit)) {
          sum = sum.plus(this);
        }
      }
      return sum;
    }

    /// Whether y is even; only of affine points.
    boolean hasEvenY() {
      return !y.testBit(0);
    }
  }

  /// The point with this x and an even y, or null where there is none.
  static @Nullable Point lift(BigInteger x) {
    if (x.signum() < 0 || x.compareTo(P) >= 0) {
      return null;
    }
    BigInteger square = x.pow(3).add(SEVEN).mod(P);
    BigInteger y = square.modPow(ROOT, P);
    if (!y.multiply(y).mod(P).equals(square)) {
      return null;
    }
    return new Point(x, y.testBit(0) ? P.subtract(y) : y, BigInteger.ONE);
  }
}
