package dev.computepool.identity;

import dev.computepool.hash.Sha256;
import dev.computepool.identity.Secp256k1.Point;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Signatures of BIP-340: 64 bytes, the x of a point and a number.
///
/// @see <a href="https://github.com/bitcoin/bips/blob/master/bip-0340.mediawiki">BIP-340</a>
final class Schnorr {
  static final int SIGNATURE_BYTES = 64;

  private Schnorr() {}

  /// Signs a message of any length.
  ///
  /// @param secret from 1 to N - 1
  /// @param aux 32 bytes, best at random
  static byte[] sign(BigInteger secret, byte[] message, byte[] aux) {
    Point publicPoint = Secp256k1.G.times(secret).affine();
    BigInteger even = publicPoint.hasEvenY() ? secret : Secp256k1.N.subtract(secret);
    byte[] publicX = bytes(publicPoint.x());
    byte[] masked = bytes(even);
    byte[] mask = tagged("BIP0340/aux", aux);
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= mask[i];
    }
    BigInteger nonce = number(tagged("BIP0340/nonce", masked, publicX, message)).mod(Secp256k1.N);
    if (nonce.signum() == 0) {
      throw new ArithmeticException("a hash is 0, which happens once in 2^256 times");
    }
    Point noncePoint = Secp256k1.G.times(nonce).affine();
    BigInteger k = noncePoint.hasEvenY() ? nonce : Secp256k1.N.subtract(nonce);
    byte[] r = bytes(noncePoint.x());
    BigInteger s = k.add(challenge(r, publicX, message).multiply(even)).mod(Secp256k1.N);
    byte[] signature = Arrays.copyOf(r, SIGNATURE_BYTES);
    System.arraycopy(bytes(s), 0, signature, r.length, r.length);
    return signature;
  }

  /// Whether `signature` is that of `message`.
  static boolean verifies(Point publicPoint, byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    byte[] r = Arrays.copyOf(signature, SIGNATURE_BYTES / 2);
    BigInteger s = number(Arrays.copyOfRange(signature, SIGNATURE_BYTES / 2, SIGNATURE_BYTES));
    if (number(r).compareTo(Secp256k1.P) >= 0 || s.compareTo(Secp256k1.N) >= 0) {
      return false;
    }
    BigInteger challenge = challenge(r, bytes(publicPoint.x()), message);
    Point sum = Secp256k1.G.times(s).plus(publicPoint.negated().times(challenge)).affine();
    return !sum.isInfinite() && sum.hasEvenY() && sum.x().equals(number(r));
  }

  private static BigInteger challenge(byte[] r, byte[] publicX, byte[] message) {
    return number(tagged("BIP0340/challenge", r, publicX, message)).mod(Secp256k1.N);
  }

  private static byte[] tagged(String tag, byte[]... parts) {
    byte[] name = tag.getBytes(StandardCharsets.US_ASCII);
    byte[] prefix = Sha256.hasher().update(name, 0, name.length).digest().bytes();
    Sha256 hasher =
        Sha256.hasher().update(prefix, 0, prefix.length).update(prefix, 0, prefix.length);
    for (byte[] part : parts) {
      hasher.update(part, 0, part.length);
    }
    return hasher.digest().bytes();
  }

  static BigInteger number(byte[] bytes) {
    return new BigInteger(1, bytes);
  }

  /// 32 bytes, the highest first.
  static byte[] bytes(BigInteger number) {
    byte[] all = number.toByteArray(); // one byte more where the highest bit is set
    byte[] bytes = new byte[32];
    int length = Math.min(all.length, bytes.length);
    System.arraycopy(all, all.length - length, bytes, bytes.length - length, length);
    return bytes;
  }
}
