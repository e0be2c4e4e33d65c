package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/// A matrix, or a stack of them, given as the product of two factors: `b x a`.
///
/// @param a `[…, rank, columns]`
/// @param b `[…, rows, rank]`
public record LowRank(Dense a, Dense b) implements Tensor {
  public LowRank {
    int n = a.shape().size();
    if (n < 2 || b.shape().size() != n || !a.shape().get(n - 2).equals(b.shape().getLast())) {
      throw new IllegalArgumentException(
          "%s and %s are the shapes of no factors".formatted(a.shape(), b.shape()));
    }
  }

  @Override
  public List<Long> shape() {
    List<Long> shape = new ArrayList<>(b.shape());
    shape.set(shape.size() - 1, a.shape().getLast());
    return shape;
  }

  @Override
  public Dtype dtype() {
    return a.dtype();
  }

  /// The rows of `b`: moving those moves the rows of the product.
  @Override
  public LowRank rows(List<Long> shape, LongUnaryOperator order) {
    if (shape.size() < 2 || !shape.getLast().equals(a.shape().getLast())) {
      throw new IllegalArgumentException(
          "factors of %s cannot become %s".formatted(shape(), shape));
    }
    List<Long> rows = new ArrayList<>(shape);
    rows.set(rows.size() - 1, b.shape().getLast());
    return new LowRank(a, b.rows(rows, order));
  }

  @Override
  public LowRank transposed() {
    return new LowRank(b.transposed(), a.transposed());
  }

  @Override
  public LowRank plus(float number) {
    throw new IllegalArgumentException("nothing can be added to a product before it is computed");
  }
}
