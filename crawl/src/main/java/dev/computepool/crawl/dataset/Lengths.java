package dev.computepool.crawl.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How long texts are.
///
/// @param count of texts
/// @param sum of their lengths
/// @param min the shortest
/// @param max the longest
/// @param bins how many there are from each power of two up to the next
public record Lengths(long count, long sum, long min, long max, List<Bin> bins) {
  public Lengths {
    bins = List.copyOf(bins);
  }

  /// Texts of `from` up to `below` (not included).
  public record Bin(long from, long below, long count) {}

  public double mean() {
    return count == 0 ? 0 : (double) sum / count;
  }

  /// Adds up lengths one after the other.
  static final class Sum {
    private final List<Long> bins = new ArrayList<>(Collections.nCopies(Long.SIZE, 0L));
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    void add(long length) {
      count++;
      sum += length;
      min = Math.min(min, length);
      max = Math.max(max, length);
      int bin = Long.SIZE - Long.numberOfLeadingZeros(length);
      bins.set(bin, bins.get(bin) + 1);
    }

    Lengths lengths() {
      List<Bin> filled = new ArrayList<>();
      int first = 0;
      int last = bins.size() - 1;
      while (first < bins.size() && bins.get(first) == 0) {
        first++;
      }
      while (last >= first && bins.get(last) == 0) {
        last--;
      }
      for (int i = first; i <= last; i++) {
        long from = i == 0 ? 0 : 1L << (i - 1);
        filled.add(new Bin(from, 1L << i, bins.get(i)));
      }
      return new Lengths(count, sum, count == 0 ? 0 : min, max, filled);
    }
  }
}
