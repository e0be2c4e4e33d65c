package dev.computepool.cli.option;

import dev.computepool.base.ByteRange;
import dev.computepool.base.ByteSize;

/// Reads byte ranges as people write them.
public final class ByteRanges {
  private ByteRanges() {}

  /// Reads `A-B`: from byte A, included, to byte B, excluded; both may be sizes such as `1MiB`.
  ///
  /// @throws IllegalArgumentException if `text` is none
  public static ByteRange parse(String text) {
    int dash = text.indexOf('-');
    if (dash <= 0 || dash == text.length() - 1) {
      throw new IllegalArgumentException(
          "'%s' is not a range of bytes such as 4096-8192 or 1MiB-2MiB".formatted(text));
    }
    long start = ByteSize.parse(text.substring(0, dash)).bytes();
    long end = ByteSize.parse(text.substring(dash + 1)).bytes();
    if (end <= start) {
      throw new IllegalArgumentException("range '%s' holds no byte".formatted(text));
    }
    return new ByteRange(start, end);
  }
}
