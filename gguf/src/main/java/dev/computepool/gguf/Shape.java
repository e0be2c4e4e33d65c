package dev.computepool.gguf;

import java.util.ArrayList;
import java.util.List;

/// The extents of a tensor with the fastest-varying first, as GGUF stores them: `[inputs,
/// outputs]`.
///
/// No extents at all make a scalar, an extent of 0 makes a tensor without elements.
///
/// @param extents at most {@value #MAX_DIMENSIONS}, none negative
public record Shape(List<Long> extents) {
  /// ggml's limit.
  public static final int MAX_DIMENSIONS = 4;

  public Shape {
    extents = List.copyOf(extents);
    if (extents.size() > MAX_DIMENSIONS) {
      throw new IllegalArgumentException(
          extents.size() + " dimensions exceed the limit of " + MAX_DIMENSIONS);
    }
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException("extent " + extent + " is negative");
      }
    }
  }

  /// A shape of these extents, fastest first.
  public static Shape of(long... extents) {
    List<Long> list = new ArrayList<>(extents.length);
    for (long extent : extents) {
      list.add(extent);
    }
    return new Shape(list);
  }

  public int dimensions() {
    return extents.size();
  }

  /// The extent of one dimension; 1 beyond the stored ones, as ggml sees it.
  public long extent(int dimension) {
    return dimension < extents.size() ? extents.get(dimension) : 1;
  }

  /// The product of the extents.
  ///
  /// @throws ArithmeticException if it does not fit 63 bits
  public long elements() {
    long product = 1;
    for (long extent : extents) {
      if (extent == 0) {
        return 0; // whatever the others are, also where their product alone would not fit
      }
    }
    for (long extent : extents) {
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }

  /// The extents in brackets, such as `[4096, 32000]`.
  @Override
  public String toString() {
    return extents.toString();
  }
}
