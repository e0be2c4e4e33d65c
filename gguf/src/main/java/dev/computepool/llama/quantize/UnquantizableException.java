package dev.computepool.llama.quantize;

import java.io.IOException;

/// A model that cannot be quantized as it was asked for.
public final class UnquantizableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /// Why.
  public enum Reason {
    /// The type is so small that it needs an importance matrix, and there is none for a tensor.
    NO_MATRIX,
    /// Tensors are quantized already.
    QUANTIZED_ALREADY,
    /// The result would be written over the model.
    SAME_FILE,
    /// A file of a set would be left without any tensor.
    EMPTY_FILE,
    /// Weights are NaN or infinite.
    NOT_FINITE,
    /// Weights are numbers, but would be none as the type that was asked for.
    TOO_LARGE,
    /// Weights are of a type that cannot be computed with.
    SOURCE_TYPE,
    /// Rows of a tensor are not whole blocks of the type that was asked for.
    SHAPE
  }

  /// @param message which tensor or file, and what is the matter with it
  UnquantizableException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
