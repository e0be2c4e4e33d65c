package dev.computepool.crawl.dataset;

import java.util.Arrays;

/// Numbers from 0 on by 64-bit keys, in two arrays: a third of what a HashMap takes.
final class LongIntTable {
  static final int NONE = -1;

  private long[] keys = new long[1024];
  private int[] values = new int[1024];
  private int size;

  LongIntTable() {
    Arrays.fill(values, NONE);
  }

  /// Puts a value in place of another, which is returned; {@link #NONE} if there was none.
  int put(long key, int value) {
    if (size * 3L > keys.length * 2L) {
      grow();
    }
    int at = place(key);
    int before = values[at];
    size += before == NONE ? 1 : 0;
    keys[at] = key;
    values[at] = value;
    return before;
  }

  int get(long key) {
    return values[place(key)];
  }

  /// Where the key is, or is to be. Keys are hashes: their low bits are as good as any.
  private int place(long key) {
    int at = (int) key & (keys.length - 1);
    while (values[at] != NONE && keys[at] != key) {
      at = (at + 1) & (keys.length - 1);
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new int[oldKeys.length * 2];
    Arrays.fill(values, NONE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != NONE) {
        int at = place(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }
}
