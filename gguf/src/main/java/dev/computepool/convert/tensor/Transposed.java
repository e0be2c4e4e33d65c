package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A matrix with rows and columns exchanged.
record Transposed(Dense base) implements Dense {
  Transposed {
    if (base.shape().size() != 2) {
      throw new IllegalArgumentException(base.shape() + " is the shape of no matrix");
    }
  }

  @Override
  public List<Long> shape() {
    return base.shape().reversed();
  }

  @Override
  public Dtype dtype() {
    return base.dtype();
  }

  @Override
  public void read(long first, int count, MemorySegment target) {
    if (count == 0) {
      return;
    }
    int bytes = Dense.bytes(dtype());
    long rowLength = base.shape().getFirst(); // of this one: the rows of the base
    long stride = base.shape().getLast();
    long row = first / rowLength;
    long rows = (first + count - 1) / rowLength - row + 1;
    try (Arena arena = Arena.ofConfined()) {
      // The columns of the base that are rows here, read a base row at a time: neighbours in
      // memory then serve all of them.
      MemorySegment strip = arena.allocate(Math.multiplyExact(rows, bytes), Long.BYTES);
      for (long column = 0; column < rowLength; column++) {
        base.read(column * stride + row, (int) rows, strip);
        for (long r = 0; r < rows; r++) {
          long to = (row + r) * rowLength + column - first;
          if (to >= 0 && to < count) {
            MemorySegment.copy(strip, r * bytes, target, to * bytes, bytes);
          }
        }
      }
    }
  }
}
