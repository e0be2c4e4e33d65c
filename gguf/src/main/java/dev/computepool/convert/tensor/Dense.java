package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A tensor whose elements can be read, in the order in which they are to be written.
public sealed interface Dense extends Tensor
    permits Stored, Rearranged, Joined, Transposed, Shifted, Rescaled, Merged {
  /// Copies elements, each as its type lays it out, little-endian.
  ///
  /// @param first number of the first element in row-major order
  /// @param target has room for `count` elements
  void read(long first, int count, MemorySegment target);

  /// Elements where they lie, if they lie there one after the other; otherwise null.
  default @Nullable MemorySegment contiguous(long first, int count) {
    return null;
  }

  @Override
  default Dense rows(List<Long> shape, LongUnaryOperator order) {
    return new Rearranged(this, shape, order);
  }

  @Override
  default Dense reshaped(List<Long> shape) {
    return rows(shape, LongUnaryOperator.identity());
  }

  @Override
  default Dense transposed() {
    return new Transposed(this);
  }

  @Override
  default Dense plus(float number) {
    return new Shifted(this, number);
  }

  /// Bytes of an element.
  static int bytes(Dtype dtype) {
    if (dtype.bits() % Byte.SIZE != 0) {
      throw new IllegalArgumentException(dtype + " has no whole bytes");
    }
    return dtype.bits() / Byte.SIZE;
  }
}
