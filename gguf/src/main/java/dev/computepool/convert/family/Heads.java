package dev.computepool.convert.family;

import dev.computepool.convert.tensor.Tensor;
import java.util.List;

/// Orders of the rows of attention weights, which are heads of as many rows each.
final class Heads {
  private Heads() {}

  /// Brings the two halves of each head, which rotate together, side by side: row `i` of the first
  /// half, then row `i` of the second.
  ///
  /// @throws IllegalArgumentException if the rows are not so many heads of an even number of rows
  static Tensor interleaved(Tensor tensor, long heads) {
    long rows = rows(tensor);
    if (heads < 1 || rows % (2 * heads) != 0) {
      throw new IllegalArgumentException(
          "%d rows are not %d heads of an even number of rows".formatted(rows, heads));
    }
    long size = rows / heads;
    long half = size / 2;
    return tensor.rows(
        tensor.shape(), row -> row / size * size + row % size % 2 * half + row % size / 2);
  }

  /// Puts all queries first, then all keys, then all values, where they come in groups of some
  /// queries, one key and one value.
  ///
  /// @param groups how many
  /// @param queries heads of a group that are queries
  /// @throws IllegalArgumentException if the rows are not so many groups
  static Tensor ungrouped(Tensor tensor, long groups, long queries) {
    long rows = rows(tensor);
    if (groups < 1 || queries < 1 || rows % (groups * (queries + 2)) != 0) {
      throw new IllegalArgumentException(
          "%d rows are not %d groups of %d heads".formatted(rows, groups, queries + 2));
    }
    long size = rows / groups / (queries + 2);
    return tensor.rows(
        tensor.shape(),
        row -> {
          long head = row / size;
          long group;
          long member;
          if (head < groups * queries) {
            group = head / queries;
            member = head % queries;
          } else {
            group = (head - groups * queries) % groups;
            member = queries + (head - groups * queries) / groups;
          }
          return (group * (queries + 2) + member) * size + row % size;
        });
  }

  private static long rows(Tensor tensor) {
    List<Long> shape = tensor.shape();
    return shape.isEmpty() ? 0 : tensor.elements() / Math.max(1, Tensor.rowLength(shape));
  }
}
