package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/// A tensor that a family of models renames and rearranges: its numbers, or the two factors whose
/// product changes them.
public sealed interface Tensor permits Dense, LowRank {
  /// Extents with the slowest-varying first, as PyTorch prints them; none for a scalar.
  List<Long> shape();

  /// What the elements are stored as.
  Dtype dtype();

  /// A tensor of other rows of this one, or of the same in another order.
  ///
  /// A row is what the last extent counts; of a vector, an element. Rows are numbered through all
  /// extents before.
  ///
  /// @param shape of the result; its rows are as long as those of this tensor
  /// @param order which row of this tensor a row of the result is
  Tensor rows(List<Long> shape, LongUnaryOperator order);

  /// A matrix with rows and columns exchanged.
  ///
  /// @throws IllegalArgumentException if this is no matrix
  Tensor transposed();

  /// A tensor with `number` added to each element, rounded to this one's type if that is `F16` and
  /// to `F32` otherwise.
  ///
  /// @throws IllegalArgumentException if this is given by factors
  Tensor plus(float number);

  /// The same numbers under another shape.
  default Tensor reshaped(List<Long> shape) {
    return rows(shape, LongUnaryOperator.identity());
  }

  /// The rows from `from` to `to` of the second-last extent, within each of the extents before.
  default Tensor slice(long from, long to) {
    List<Long> shape = shape();
    int dimension = Math.max(0, shape.size() - 2);
    long whole = shape.get(dimension);
    long part = to - from;
    List<Long> sliced = new ArrayList<>(shape);
    sliced.set(dimension, part);
    return rows(sliced, row -> row / part * whole + from + row % part);
  }

  /// Tensors of one shape and type as one, with a new slowest extent.
  ///
  /// @param parts at least one, all of the same kind
  /// @throws IllegalArgumentException if they differ
  static Tensor stack(List<? extends Tensor> parts) {
    Tensor first = parts.getFirst();
    for (Tensor part : parts) {
      if (!part.shape().equals(first.shape()) || part.dtype() != first.dtype()) {
        throw new IllegalArgumentException(
            "%s of %s and %s of %s cannot be stacked"
                .formatted(first.shape(), first.dtype(), part.shape(), part.dtype()));
      }
    }
    List<Long> shape = new ArrayList<>(first.shape());
    shape.addFirst((long) parts.size());
    return switch (first) {
      case Dense ignored -> new Joined(parts.stream().map(Dense.class::cast).toList(), shape);
      case LowRank ignored -> {
        List<LowRank> factors = parts.stream().map(LowRank.class::cast).toList();
        yield new LowRank(
            (Dense) stack(factors.stream().map(LowRank::a).toList()),
            (Dense) stack(factors.stream().map(LowRank::b).toList()));
      }
    };
  }

  /// Number of elements.
  default long elements() {
    long product = 1;
    for (long extent : shape()) {
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }

  /// Elements of a row: the last extent, or 1 of a vector or scalar.
  static long rowLength(List<Long> shape) {
    return shape.size() < 2 ? 1 : shape.getLast();
  }
}
