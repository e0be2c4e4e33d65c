package dev.computepool.train.batch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Which examples are learned from, and which are kept back to measure what was learned.
///
/// Examples of one source are all on one side: pages repeat themselves, and what was read is no
/// test.
///
/// @param training their numbers, ascending
/// @param validation their numbers, ascending; may be empty
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Split(int[] training, int[] validation) {
  /// Keeps back about a share of the examples. The same sources are chosen whatever the order of
  /// the file.
  ///
  /// @param share from 0, for none, to below 1
  public static Split of(TokenFile examples, double share, long seed) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("a share of " + share);
    }
    Map<Long, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i < examples.examples(); i++) {
      counts.merge(examples.source(i), 1, Integer::sum);
    }
    TreeMap<Long, Integer> shuffled = new TreeMap<>();
    counts.forEach((source, count) -> shuffled.put(mixed(source ^ seed), count));
    long wanted = Math.round(share * examples.examples());
    long kept = 0;
    long bound = Long.MIN_VALUE;
    boolean any = false;
    for (Map.Entry<Long, Integer> source : shuffled.entrySet()) {
      // The last source is never taken: something must be left to learn from.
      boolean last = source.getKey().equals(shuffled.lastKey());
      if (kept >= wanted || last) {
        break;
      }
      kept += source.getValue();
      bound = source.getKey();
      any = true;
    }
    int[] training = new int[examples.examples()];
    int[] validation = new int[examples.examples()];
    int trained = 0;
    int validated = 0;
    for (int i = 0; i < examples.examples(); i++) {
      if (any && mixed(examples.source(i) ^ seed) <= bound) {
        validation[validated++] = i;
      } else {
        training[trained++] = i;
      }
    }
    return new Split(Arrays.copyOf(training, trained), Arrays.copyOf(validation, validated));
  }

  /// All examples, to learn from.
  public static Split all(TokenFile examples) {
    return of(examples, 0, 0);
  }

  /// A bijection that spreads neighbours apart: the finalizer of SplitMix64.
  private static long mixed(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
