package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tensors one after the other.
///
/// @param parts all of one type and size
record Joined(List<Dense> parts, List<Long> shape) implements Dense {
  Joined {
    parts = List.copyOf(parts);
    shape = List.copyOf(shape);
  }

  @Override
  public Dtype dtype() {
    return parts.getFirst().dtype();
  }

  @Override
  public void read(long first, int count, MemorySegment target) {
    int bytes = Dense.bytes(dtype());
    long size = parts.getFirst().elements();
    long at = 0;
    while (at < count) {
      long within = (first + at) % size;
      int run = (int) Math.min(count - at, size - within);
      parts
          .get((int) ((first + at) / size))
          .read(within, run, target.asSlice(at * bytes, (long) run * bytes));
      at += run;
    }
  }

  @Override
  public @Nullable MemorySegment contiguous(long first, int count) {
    long size = parts.getFirst().elements();
    if (size == 0 || first % size + count > size) {
      return null;
    }
    return first / size < parts.size()
        ? parts.get((int) (first / size)).contiguous(first % size, count)
        : null;
  }
}
