package dev.computepool.llama.measure;

import java.io.Serializable;
import java.util.SortedMap;

/// What was measured: sums of squares, not yet divided.
///
/// @param tensors by name
/// @param chunkTokens of one piece of the text
/// @param tokens that were computed
/// @param nanos that it took
record ImatrixData(SortedMap<String, Sums> tensors, int chunkTokens, int tokens, long nanos)
    implements Serializable {
  /// The inputs of one tensor.
  static final class Sums implements Serializable {
    private static final long serialVersionUID = 1L;

    /// Of the squares of each input, expert after expert.
    final float[] squares;

    /// Rows of input that each expert had; one number for all where there is no choice.
    final long[] counts;

    Sums(int squares, int counts) {
      this.squares = new float[squares];
      this.counts = new long[counts];
    }

    /// The number of inputs of one expert.
    int inputs() {
      return squares.length / counts.length;
    }
  }

  /// Whole pieces of text that the tensor with most rows has seen, as llama-imatrix counts.
  int chunks() {
    long most = 0;
    for (Sums sums : tensors.values()) {
      for (long count : sums.counts) {
        most = Math.max(most, count);
      }
    }
    return (int) (most / chunkTokens);
  }
}
