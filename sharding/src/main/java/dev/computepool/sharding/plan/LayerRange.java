package dev.computepool.sharding.plan;

/// Consecutive transformer layers, half-open: `[start, end)`.
///
/// @param start number of the first layer
/// @param end number of the layer behind the last; both fit 32 bits without sign
public record LayerRange(long start, long end) {
  private static final long LIMIT = 0xffff_ffffL;

  public LayerRange {
    if (start < 0 || end < start || end > LIMIT) {
      throw new IllegalArgumentException("[" + start + ", " + end + ") is not a range of layers");
    }
  }

  /// Number of layers.
  public long count() {
    return end - start;
  }

  @Override
  public String toString() {
    return "[" + start + ", " + end + ")";
  }
}
