package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Rows of another tensor, in another order.
///
/// @param order which row of `base` a row of this one is
record Rearranged(Dense base, List<Long> shape, LongUnaryOperator order) implements Dense {
  Rearranged {
    shape = List.copyOf(shape);
    boolean vectors = base.shape().size() < 2 && shape.size() < 2;
    if (!vectors && Tensor.rowLength(base.shape()) != Tensor.rowLength(shape)) {
      throw new IllegalArgumentException(
          "rows of %s cannot become rows of %s".formatted(base.shape(), shape));
    }
  }

  @Override
  public Dtype dtype() {
    return base.dtype();
  }

  @Override
  public void read(long first, int count, MemorySegment target) {
    int bytes = Dense.bytes(dtype());
    long rowLength = Tensor.rowLength(shape);
    long at = 0;
    while (at < count) {
      long row = (first + at) / rowLength;
      long column = (first + at) % rowLength;
      int run = (int) Math.min(count - at, rowLength - column);
      // Rows that stay together are read together: most orders move whole heads or halves.
      long start = order.applyAsLong(row);
      while (at + run < count
          && order.applyAsLong((first + at + run) / rowLength)
              == start + (column + run) / rowLength) {
        run = (int) Math.min(count - at, run + rowLength);
      }
      base.read(start * rowLength + column, run, target.asSlice(at * bytes, (long) run * bytes));
      at += run;
    }
  }

  @Override
  public @Nullable MemorySegment contiguous(long first, int count) {
    if (count == 0) {
      return base.contiguous(0, 0);
    }
    long rowLength = Tensor.rowLength(shape);
    long row = first / rowLength;
    long last = (first + count - 1) / rowLength;
    long start = order.applyAsLong(row);
    for (long next = row + 1; next <= last; next++) {
      if (order.applyAsLong(next) != start + next - row) {
        return null;
      }
    }
    return base.contiguous(start * rowLength + first % rowLength, count);
  }
}
