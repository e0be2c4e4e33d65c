package dev.computepool.train.data;

/// The lines on which texts were first seen, by the first 128 bits of their SHA-256: 24 bytes an
/// entry, kept at most two thirds full.
final class Fingerprints {
  private long[] high = new long[1 << 12];
  private long[] low = new long[1 << 12];
  private long[] lines = new long[1 << 12];
  private int size;

  /// The line on which it was seen before; 0 if it was not, and then it has been now.
  long add(long upper, long lower, long line) {
    if (size * 3L > lines.length * 2L) {
      grow();
    }
    int at = place(upper, lower);
    if (lines[at] == 0) {
      high[at] = upper;
      low[at] = lower;
      lines[at] = line;
      size++;
      return 0;
    }
    return lines[at];
  }

  int size() {
    return size;
  }

  private int place(long upper, long lower) {
    int at = (int) lower & (lines.length - 1);
    while (lines[at] != 0 && (low[at] != lower || high[at] != upper)) {
      at = (at + 1) & (lines.length - 1);
    }
    return at;
  }

  private void grow() {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldLines = lines;
    int room = Math.multiplyExact(oldLines.length, 2);
    high = new long[room];
    low = new long[room];
    lines = new long[room];
    for (int i = 0; i < oldLines.length; i++) {
      if (oldLines[i] != 0) {
        int at = place(oldHigh[i], oldLow[i]);
        high[at] = oldHigh[i];
        low[at] = oldLow[i];
        lines[at] = oldLines[i];
      }
    }
  }
}
