package dev.computepool.similarity;

/// The numbers under which things were first seen, such as lines of a file, by 128 bits of a hash:
/// 24 bytes an entry, kept at most two thirds full.
public final class Fingerprints {
  private long[] high = new long[1 << 12];
  private long[] low = new long[1 << 12];
  private long[] numbers = new long[1 << 12];
  private int size;

  /// The number under which it was seen before; 0 if it was not, and then it has been now.
  ///
  /// @param number not 0
  public long add(long upper, long lower, long number) {
    if (size * 3L > numbers.length * 2L) {
      grow();
    }
    int at = place(upper, lower);
    if (numbers[at] == 0) {
      high[at] = upper;
      low[at] = lower;
      numbers[at] = number;
      size++;
      return 0;
    }
    return numbers[at];
  }

  /// The number under which it was seen; 0 if it was not.
  public long find(long upper, long lower) {
    return numbers[place(upper, lower)];
  }

  /// How many were seen.
  public int size() {
    return size;
  }

  private int place(long upper, long lower) {
    int at = (int) lower & (numbers.length - 1);
    while (numbers[at] != 0 && (low[at] != lower || high[at] != upper)) {
      at = (at + 1) & (numbers.length - 1);
    }
    return at;
  }

  private void grow() {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldNumbers = numbers;
    int room = Math.multiplyExact(oldNumbers.length, 2);
    high = new long[room];
    low = new long[room];
    numbers = new long[room];
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != 0) {
        int at = place(oldHigh[i], oldLow[i]);
        high[at] = oldHigh[i];
        low[at] = oldLow[i];
        numbers[at] = oldNumbers[i];
      }
    }
  }
}
