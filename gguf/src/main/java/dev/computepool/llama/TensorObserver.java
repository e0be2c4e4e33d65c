package dev.computepool.llama;

/// Sees the tensors of a computation.
///
/// An exception ends the computation and comes out of the call that started it.
public interface TensorObserver {
  /// Whether this tensor is to be shown when it is computed. What is not wanted is computed in
  /// one go with what follows, which is faster.
  boolean wants(TensorView tensor);

  /// The tensor has been computed; the view is valid during this call.
  void computed(TensorView tensor);
}
