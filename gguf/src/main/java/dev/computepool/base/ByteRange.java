package dev.computepool.base;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Consecutive bytes of a file, half-open: `[start, end)`.
///
/// @param start offset of the first byte
/// @param end offset of the byte behind the last
public record ByteRange(long start, long end) {
  public ByteRange {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("[" + start + ", " + end + ") is not a byte range");
    }
  }

  /// The `length` bytes from `start` on.
  public static ByteRange at(long start, long length) {
    return new ByteRange(start, Math.addExact(start, length));
  }

  /// Number of bytes.
  public long length() {
    return end - start;
  }

  /// Joins ranges that touch or overlap.
  ///
  /// @param sorted in ascending order of their starts
  public static List<ByteRange> merged(List<ByteRange> sorted) {
    List<ByteRange> merged = new ArrayList<>();
    for (ByteRange next : sorted) {
      if (!merged.isEmpty() && merged.getLast().end >= next.start) {
        ByteRange last = merged.removeLast();
        merged.add(new ByteRange(last.start, Math.max(last.end, next.end)));
      } else {
        merged.add(next);
      }
    }
    return List.copyOf(merged);
  }

  /// The parts of `within` that none of the ranges covers, in ascending order.
  ///
  /// @param ranges in any order
  public static List<ByteRange> complement(List<ByteRange> ranges, ByteRange within) {
    List<ByteRange> gaps = new ArrayList<>();
    long reached = within.start;
    for (ByteRange range :
        ranges.stream().sorted(Comparator.comparingLong(ByteRange::start)).toList()) {
      long start = Math.min(range.start, within.end);
      if (start > reached) {
        gaps.add(new ByteRange(reached, start));
      }
      reached = Math.max(reached, range.end);
    }
    if (reached < within.end) {
      gaps.add(new ByteRange(reached, within.end));
    }
    return List.copyOf(gaps);
  }

  @Override
  public String toString() {
    return "[" + start + ", " + end + ")";
  }
}
