package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A matrix of small floats, each block of it with a factor of its own, multiplied in `F32`.
///
/// @param scales one factor a block, row-major; its shape says how many blocks there are
/// @param blockRows rows of a block
/// @param blockColumns columns of a block
public record Rescaled(Dense base, Dense scales, long blockRows, long blockColumns)
    implements Dense {
  public Rescaled {
    List<Long> shape = base.shape();
    if (shape.size() != 2 || blockRows < 1 || blockColumns < 1) {
      throw new IllegalArgumentException("blocks of a " + shape);
    }
    long needed = ceil(shape.get(0), blockRows) * ceil(shape.get(1), blockColumns);
    if (scales.elements() != needed) {
      throw new IllegalArgumentException(
          "%s in blocks of %d x %d needs %d scales, not %s"
              .formatted(shape, blockRows, blockColumns, needed, scales.shape()));
    }
  }

  private static long ceil(long size, long block) {
    return (size + block - 1) / block;
  }

  @Override
  public List<Long> shape() {
    return base.shape();
  }

  @Override
  public Dtype dtype() {
    return Dtype.F32;
  }

  @Override
  public void read(long first, int count, MemorySegment target) {
    float[] numbers = new float[count];
    Decoder.decode(base, first, numbers);
    long columns = base.shape().get(1);
    long blocks = ceil(columns, blockColumns);
    float[] factors = new float[(int) blocks];
    long loaded = -1;
    for (int i = 0; i < count; i++) {
      long row = (first + i) / columns;
      if (row / blockRows != loaded) {
        loaded = row / blockRows;
        Decoder.decode(scales, loaded * blocks, factors);
      }
      numbers[i] *= factors[(int) ((first + i) % columns / blockColumns)];
    }
    Encoder.toF32(numbers, count, target);
  }
}
