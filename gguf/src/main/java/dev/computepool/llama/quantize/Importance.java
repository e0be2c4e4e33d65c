package dev.computepool.llama.quantize;

import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.quantize.UnquantizableException.Reason;

/// What an importance matrix has for a tensor.
final class Importance {
  private Importance() {}

  /// Whether it has values for it.
  ///
  /// @throws UnquantizableException if it has, but not as many as the tensor has columns in all
  ///     experts; of token embeddings, which are no product, they do not count then
  static boolean isIn(ImportanceMatrix matrix, TensorInfo tensor) throws UnquantizableException {
    float[] values = matrix.weights().get(tensor.name());
    if (values == null) {
      return false;
    }
    long experts = tensor.shape().dimensions() > 2 ? tensor.shape().extent(2) : 1;
    long expected = tensor.shape().extent(0) * experts;
    if (values.length == expected) {
      return true;
    }
    if (TensorTypes.isEmbedding(tensor.name())) {
      return false;
    }
    throw new UnquantizableException(
        Reason.NO_MATRIX,
        "%s has %d values for %s, not %d: it is of another model"
            .formatted(matrix.file(), values.length, tensor.name(), expected));
  }
}
