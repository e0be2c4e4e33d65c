package dev.computepool.convert.family;

import dev.computepool.convert.tensor.Tensor;

/// Takes the tensors that are to be written, in their order.
@FunctionalInterface
public interface TensorSink {
  /// Takes the next tensor.
  ///
  /// @param name in GGUF, such as `blk.0.attn_q.weight`
  void put(String name, Tensor tensor);
}
