package dev.computepool.train.batch;

import java.util.Map;
import java.util.TreeMap;

/// What became of the examples of a dataset.
///
/// @param examples those that are learned from
/// @param tokens of these
/// @param cut of these, how many were longer and are cut off
/// @param leftOut how many are not learned from, by reason
public record TokenCounts(int examples, long tokens, long cut, Map<String, LeftOut> leftOut) {
  public TokenCounts {
    leftOut = new TreeMap<>(leftOut);
  }

  /// Examples that are left out for the same reason.
  ///
  /// @param first the line of the first, from 1
  public record LeftOut(long count, long first) {
    LeftOut plus(long line) {
      return new LeftOut(count + 1, Math.min(first, line));
    }
  }

  /// How many examples are left out.
  public long leftOutCount() {
    return leftOut.values().stream().mapToLong(LeftOut::count).sum();
  }
}
