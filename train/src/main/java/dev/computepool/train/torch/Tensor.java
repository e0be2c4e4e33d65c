package dev.computepool.train.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.List;
import java.util.stream.LongStream;

/// Numbers in libtorch's memory, or in a mapped file, until the scope that owns them is closed.
public final class Tensor {
  private final PtNDArray array;

  Tensor(NDArray array) {
    this.array = (PtNDArray) array;
  }

  PtNDArray array() {
    return array;
  }

  /// Extents with the slowest-varying first; empty for a scalar.
  public List<Long> shape() {
    return LongStream.of(array.getShape().getShape()).boxed().toList();
  }

  /// Number of elements.
  public long elements() {
    return array.getShape().size();
  }

  /// A copy of the numbers of a tensor of 32-bit floats.
  public float[] floats() {
    return array.toFloatArray();
  }

  /// The one number of a tensor of any floating type.
  public double scalar() {
    return array.getDataType() == DataType.FLOAT64
        ? array.toDoubleArray()[0]
        : array.toFloatArray()[0];
  }

  /// Has libtorch record what is computed from this tensor, so that it can be differentiated.
  public void track() {
    array.setRequiresGradient(true);
  }

  /// Frees it before its scope does.
  public void release() {
    array.close();
  }
}
