package dev.computepool.gguf.diff;

import dev.computepool.gguf.TensorInfo;
import java.util.OptionalDouble;

/// How a tensor of one file differs from that of the same name in another.
public sealed interface TensorChange {
  String name();

  /// Only the first file has it.
  record Removed(TensorInfo before) implements TensorChange {
    @Override
    public String name() {
      return before.name();
    }
  }

  /// Only the second file has it.
  record Added(TensorInfo after) implements TensorChange {
    @Override
    public String name() {
      return after.name();
    }
  }

  /// Type or shape differ, and so the data was not compared.
  record Reshaped(TensorInfo before, TensorInfo after) implements TensorChange {
    @Override
    public String name() {
      return before.name();
    }
  }

  /// The data differ.
  ///
  /// @param different elements that differ, or blocks where the type has such
  /// @param of how many there are
  /// @param first index of the first that differs
  /// @param greatest the largest difference of two numbers; NaN if one of them is; empty of
  ///     quantized types and integers, or if the files differ in byte order
  record Changed(TensorInfo tensor, long different, long of, long first, OptionalDouble greatest)
      implements TensorChange {
    @Override
    public String name() {
      return tensor.name();
    }
  }

  /// The files store numbers in different byte orders, and so the data was not compared.
  record Incomparable(TensorInfo tensor) implements TensorChange {
    @Override
    public String name() {
      return tensor.name();
    }
  }
}
