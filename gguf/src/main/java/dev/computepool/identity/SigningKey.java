package dev.computepool.identity;

import java.math.BigInteger;
import java.security.SecureRandom;

/// A secret key of secp256k1. It leaves this object only as signatures: there is no accessor, and
/// neither `toString` nor an error has it.
public final class SigningKey {
  /// Bytes of randomness that go into a signature.
  public static final int AUX_BYTES = 32;

  private final BigInteger secret;
  private final VerifyingKey verifyingKey;

  private SigningKey(BigInteger secret) {
    this.secret = secret;
    this.verifyingKey = VerifyingKey.of(Secp256k1.G.times(secret).affine().x());
  }

  /// Reads a secret key.
  ///
  /// @throws IllegalArgumentException unless it is 64 hexadecimal digits, from 1 to the order of
  ///     the curve; what it says has none of them
  public static SigningKey parse(String hex) {
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException(
          "a secret key has 64 hexadecimal digits, and this has %d characters"
              .formatted(hex.length()));
    }
    BigInteger secret = new BigInteger(hex, 16);
    if (secret.signum() == 0 || secret.compareTo(Secp256k1.N) >= 0) {
      throw new IllegalArgumentException(
          "a secret key is a number from 1 to the order of secp256k1, and this is none");
    }
    return new SigningKey(secret);
  }

  /// Its public half.
  public VerifyingKey verifyingKey() {
    return verifyingKey;
  }

  /// Signs a message of any length: 64 bytes.
  ///
  /// @param random for what protects the key from faults and from being measured
  public byte[] sign(byte[] message, SecureRandom random) {
    byte[] aux = new byte[AUX_BYTES];
    random.nextBytes(aux);
    return sign(message, aux);
  }

  /// Signs with given randomness, so that the same comes out every time.
  ///
  /// @param aux 32 bytes
  byte[] sign(byte[] message, byte[] aux) {
    if (aux.length != AUX_BYTES) {
      throw new IllegalArgumentException("aux has 32 bytes, not " + aux.length);
    }
    return Schnorr.sign(secret, message, aux);
  }

  @Override
  public String toString() {
    return "secret key of " + verifyingKey;
  }
}
