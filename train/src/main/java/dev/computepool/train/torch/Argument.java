package dev.computepool.train.torch;

import java.util.List;

/// What a method of a script is called with.
public sealed interface Argument {
  /// A `Tensor`.
  record One(Tensor tensor) implements Argument {}

  /// A `List[Tensor]`.
  ///
  /// @param tensors at least one: the engine has no way to tell of an empty list
  record Many(List<Tensor> tensors) implements Argument {
    public Many {
      tensors = List.copyOf(tensors);
      if (tensors.isEmpty()) {
        throw new IllegalArgumentException("an empty list of tensors");
      }
    }
  }

  static Argument of(Tensor tensor) {
    return new One(tensor);
  }

  static Argument of(List<Tensor> tensors) {
    return new Many(tensors);
  }
}
