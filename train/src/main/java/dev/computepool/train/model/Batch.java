package dev.computepool.train.model;

/// Examples that a model sees at once, as rows of equal length.
///
/// All arrays are row by row, `rows * length` long.
///
/// @param ids tokens; 0 where nothing is
/// @param labels the token itself where it is to be learned, {@link #IGNORED} elsewhere. Not
///     shifted: what is at position i is predicted at i - 1, and that is the model's work.
/// @param positions of a token in its example, from 0
/// @param segments which of the examples of its row a token belongs to, from 1; 0 where nothing is.
///     What follows the last example of a row is empty.
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Batch(
    int rows, int length, int[] ids, int[] labels, int[] positions, int[] segments) {
  /// The label of a token that is not learned.
  public static final int IGNORED = -100;

  public Batch {
    long size = (long) rows * length;
    if (rows < 1
        || length < 1
        || ids.length != size
        || labels.length != size
        || positions.length != size
        || segments.length != size) {
      throw new IllegalArgumentException("not a batch of %d rows of %d".formatted(rows, length));
    }
  }

  /// Tokens, without the empty places.
  public long tokens() {
    long tokens = 0;
    for (int segment : segments) {
      tokens += segment == 0 ? 0 : 1;
    }
    return tokens;
  }

  /// Tokens that are predicted and learned. The first of an example is predicted by nothing.
  public long learned() {
    long learned = 0;
    for (int i = 0; i < labels.length; i++) {
      learned += labels[i] != IGNORED && positions[i] > 0 ? 1 : 0;
    }
    return learned;
  }

  /// Whether a row holds more than one example.
  public boolean isPacked() {
    for (int segment : segments) {
      if (segment > 1) {
        return true;
      }
    }
    return false;
  }
}
