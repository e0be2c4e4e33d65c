package dev.computepool.similarity;

/// What is needed of a text to tell later whether another one repeats it.
public final class Sketch {
  private final long high;
  private final long low;
  private final short[] signature;

  /// @param high and `low`: the first 128 bits of its SHA-256, white space aside
  /// @param signature by which near copies are told; empty where they are not
  Sketch(long high, long low, short[] signature) {
    this.high = high;
    this.low = low;
    this.signature = signature;
  }

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  short[] signature() {
    return signature;
  }
}
