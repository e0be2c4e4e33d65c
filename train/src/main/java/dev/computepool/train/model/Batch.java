package dev.computepool.train.model;

/// Token sequences of one length that are computed together.
///
/// Labels are not shifted: the label of a position is its own id, and the model compares it
/// with what it predicts one position before.
///
/// @param rows number of sequences
/// @param length of each, in tokens
/// @param ids row after row
/// @param labels like `ids`, {@link #NO_LOSS} where nothing is to be learned
/// @param positions like `ids`: of each token within its example, from 0
/// @param segments like `ids`: the example of its row that a token belongs to, from 1, and 0
///     for padding; attention does not cross from one to another
@SuppressWarnings("ArrayRecordComponent") // millions of numbers, compared by nobody
public record Batch(
    int rows, int length, int[] ids, int[] labels, int[] positions, int[] segments) {
  /// The label of a token that is not learned.
  public static final int NO_LOSS = -100;

  public Batch {
    int size = Math.multiplyExact(rows, length);
    if (rows < 1 || length < 1) {
      throw new IllegalArgumentException("a batch of %d rows of %d".formatted(rows, length));
    }
    for (int[] array : new int[][] {ids, labels, positions, segments}) {
      if (array.length != size) {
        throw new IllegalArgumentException(
            "%d values for %d rows of %d".formatted(array.length, rows, length));
      }
    }
  }

  /// Number of tokens, padding not counted.
  public long tokens() {
    long count = 0;
    for (int segment : segments) {
      count += segment == 0 ? 0 : 1;
    }
    return count;
  }

  /// Number of tokens that are predicted and learned: those with a label that are not the first
  /// of their row, where nothing comes before.
  public int lossTokens() {
    int count = 0;
    for (int i = 0; i < labels.length; i++) {
      count += isLearned(i) ? 1 : 0;
    }
    return count;
  }

  /// Whether the token at a place is predicted from the one before, and learned.
  boolean isLearned(int at) {
    return at % length != 0 && labels[at] != NO_LOSS && segments[at] == segments[at - 1];
  }

  /// Whether each row is one example from its start, with padding only behind it.
  boolean isPlain() {
    for (int at = 0; at < segments.length; at++) {
      int column = at % length;
      boolean begins = column == 0;
      if (segments[at] != 0 && (begins ? segments[at] != 1 : segments[at - 1] != segments[at])) {
        return false;
      }
      if (segments[at] != 0 && positions[at] != column) {
        return false;
      }
    }
    return true;
  }
}
