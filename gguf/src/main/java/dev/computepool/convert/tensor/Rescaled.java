package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A matrix of small floats, or a stack of such, each block of it with a factor of its own,
/// multiplied in `F32`.
///
/// @param scales one factor a block, row-major; its shape says how many blocks there are
/// @param matrixRows after how many rows another matrix begins, and with it another block
/// @param blockRows rows of a block
/// @param blockColumns columns of a block
public record Rescaled(Dense base, Dense scales, long matrixRows, long blockRows, long blockColumns)
    implements Dense {
  public Rescaled {
    List<Long> shape = base.shape();
    if (shape.size() < 2 || matrixRows < 1 || blockRows < 1 || blockColumns < 1) {
      throw new IllegalArgumentException("blocks of a " + shape);
    }
    long rows = base.elements() / Math.max(1, shape.getLast());
    long needed =
        rows / matrixRows * ceil(matrixRows, blockRows) * ceil(shape.getLast(), blockColumns);
    if (rows % matrixRows != 0 || scales.elements() != needed) {
      throw new IllegalArgumentException(
          "%s in blocks of %d x %d needs %d scales, not %s"
              .formatted(shape, blockRows, blockColumns, needed, scales.shape()));
    }
  }

  /// Blocks of each matrix by itself.
  public Rescaled(Dense base, Dense scales, long blockRows, long blockColumns) {
    this(base, scales, base.shape().get(base.shape().size() - 2), blockRows, blockColumns);
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
    long columns = base.shape().getLast();
    long blocks = ceil(columns, blockColumns);
    float[] factors = new float[(int) blocks];
    long loaded = -1;
    for (int i = 0; i < count; ) {
      long row = (first + i) / columns;
      long block = row / matrixRows * ceil(matrixRows, blockRows) + row % matrixRows / blockRows;
      if (block != loaded) {
        loaded = block;
        Decoder.decode(scales, loaded * blocks, factors);
      }
      long column = (first + i) % columns;
      for (; i < count && column < columns; i++, column++) {
        numbers[i] *= factors[(int) (column / blockColumns)];
      }
    }
    Encoder.toF32(numbers, count, target);
  }
}
