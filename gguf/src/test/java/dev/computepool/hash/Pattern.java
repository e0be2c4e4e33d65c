package dev.computepool.hash;

import java.util.Random;

/// Inputs of the tests.
final class Pattern {
  private Pattern() {}

  /// What the published vectors hash: 0, 1, ..., 250, 0, 1, ...
  static byte[] published(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
