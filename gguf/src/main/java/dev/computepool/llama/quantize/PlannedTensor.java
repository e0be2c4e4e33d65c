package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.Shape;

/// What becomes of one tensor.
///
/// @param name in the result
/// @param from the type it has
/// @param to the type it gets
public record PlannedTensor(String name, Shape shape, GgmlType from, GgmlType to) {
  /// Bytes of it in the source, without padding.
  public long bytesBefore() {
    return from.bytesFor(shape.elements());
  }

  /// Bytes of it in the result, without padding.
  public long bytesAfter() {
    return to.bytesFor(shape.elements());
  }

  /// Whether its data is computed anew.
  public boolean changes() {
    return from != to;
  }
}
