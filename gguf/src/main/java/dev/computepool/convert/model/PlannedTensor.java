package dev.computepool.convert.model;

import dev.computepool.convert.tensor.Dense;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.Shape;
import java.util.List;

/// A tensor that is to be written.
///
/// @param name in GGUF
public record PlannedTensor(String name, GgmlType type, Dense numbers) {
  /// Extents with the fastest-varying first, as GGUF has them.
  public Shape shape() {
    return new Shape(numbers.shape().reversed());
  }

  /// Bytes of its data.
  public long byteSize() {
    return type.bytesFor(numbers.elements());
  }

  SizeLabel.Counted counted() {
    return new SizeLabel.Counted(name, numbers.shape());
  }

  /// What of the tensors counts for the size of the model.
  public static List<SizeLabel.Counted> counted(List<PlannedTensor> tensors) {
    return tensors.stream().map(PlannedTensor::counted).toList();
  }
}
