package dev.computepool.safetensors;

import dev.computepool.base.ByteRange;
import java.util.List;

/// One tensor as the file describes it.
///
/// @param name unique in the file, such as `model.layers.0.self_attn.q_proj.weight`
/// @param shape extents with the slowest-varying first, as PyTorch prints them: `[outputs,
///     inputs]`; empty for a scalar
/// @param range bytes from the start of the data section, exactly as many as the elements take
public record StoredTensor(String name, Dtype dtype, List<Long> shape, ByteRange range) {
  public StoredTensor {
    shape = List.copyOf(shape);
    long bytes = dtype.bytesFor(elements(shape));
    if (bytes != range.length()) {
      throw new IllegalArgumentException(
          "%s of %s takes %d bytes, not %d".formatted(shape, dtype, bytes, range.length()));
    }
  }

  /// Number of elements.
  public long elements() {
    return elements(shape);
  }

  /// The product of the extents; of none, 1.
  ///
  /// @throws IllegalArgumentException if one is negative
  /// @throws ArithmeticException if it does not fit 63 bits
  static long elements(List<Long> shape) {
    long product = 1;
    boolean empty = false;
    for (long extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("extent " + extent + " is negative");
      }
      empty |= extent == 0;
    }
    if (empty) {
      return 0; // whatever the others are, also where their product alone would not fit
    }
    for (long extent : shape) {
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }
}
