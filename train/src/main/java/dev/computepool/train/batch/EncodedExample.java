package dev.computepool.train.batch;

import java.util.stream.IntStream;

/// What became of an example.
public sealed interface EncodedExample {
  /// An example to learn from.
  ///
  /// @param tokens at least two, each as {@link #token} and {@link #learned} read it
  /// @param source tells examples of the same source, and no others
  /// @param cut whether tokens beyond the longest example are not here
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Usable(int[] tokens, long source, boolean cut) implements EncodedExample {}

  /// An example that nothing can be learned from.
  ///
  /// @param line its number in the file, from 1
  record Unusable(long line, String why) implements EncodedExample {}

  /// A token that is read but not learned.
  static int given(int token) {
    return token | Integer.MIN_VALUE;
  }

  /// The number of a token in the vocabulary.
  static int token(int packed) {
    return packed & Integer.MAX_VALUE;
  }

  /// Whether a token is to be learned.
  static boolean isLearned(int packed) {
    return packed >= 0;
  }

  /// Tokens that are learned; the first is predicted by nothing.
  static long learned(int[] packed) {
    return IntStream.range(1, packed.length).filter(i -> isLearned(packed[i])).count();
  }
}
