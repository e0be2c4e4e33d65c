package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// A tensor as a file has it, or as it was computed before.
///
/// @param bytes the elements in row-major order, little-endian
public record Stored(Dtype dtype, List<Long> shape, MemorySegment bytes) implements Dense {
  public Stored {
    shape = List.copyOf(shape);
  }

  /// A vector of numbers.
  public static Stored of(float... numbers) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[numbers.length * Float.BYTES]);
    ValueLayout.OfFloat layout =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers.length; i++) {
      bytes.setAtIndex(layout, i, numbers[i]);
    }
    return new Stored(Dtype.F32, List.of((long) numbers.length), bytes);
  }

  /// The same bytes: as they lie in row-major order, any shape of as many elements will do.
  @Override
  public Stored reshaped(List<Long> shape) {
    Stored reshaped = new Stored(dtype, shape, bytes);
    if (reshaped.elements() != elements()) {
      throw new IllegalArgumentException("%s cannot become %s".formatted(this.shape, shape));
    }
    return reshaped;
  }

  @Override
  public void read(long first, int count, MemorySegment target) {
    MemorySegment slice = contiguous(first, count);
    MemorySegment.copy(slice, 0, target, 0, slice.byteSize());
  }

  @Override
  public MemorySegment contiguous(long first, int count) {
    int bytes = Dense.bytes(dtype);
    return this.bytes.asSlice(first * bytes, (long) count * bytes);
  }
}
