package dev.computepool.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Finds metadata keys by their bytes, which stay in the file.
///
/// An open hash table of positions. The hash has a secret, so that a file cannot bring keys that
/// all fall together.
final class KeyIndex {
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private final ByteBuffer bytes;
  private final long secret = ThreadLocalRandom.current().nextLong();
  private int[] table = new int[64]; // position + 1, or 0
  private int[] starts = new int[32]; // of each key's length in the file
  private int size;

  KeyIndex(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /// Adds the key whose length stands at `start`; the position of an equal one before it, or -1.
  int add(int start) {
    if (size == starts.length) {
      grow();
    }
    starts[size] = start;
    int length = (int) bytes.getLong(start);
    ByteBuffer key = bytes.slice(start + Encoding.LENGTH, length);
    int slot = slot(key);
    int earlier = table[slot] - 1;
    if (earlier < 0) {
      table[slot] = size + 1;
    }
    size++;
    return earlier;
  }

  /// The position of this key, or -1.
  int find(byte[] key) {
    return table[slot(ByteBuffer.wrap(key))] - 1;
  }

  /// Where the keys start, and after them `end`.
  int[] startsAndEnd(int end) {
    int[] all = Arrays.copyOf(starts, size + 1);
    all[size] = end;
    return all;
  }

  private int slot(ByteBuffer key) {
    int slot = (int) (hash(key) & (table.length - 1));
    while (table[slot] != 0 && !key.equals(keyAt(table[slot] - 1))) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private ByteBuffer keyAt(int position) {
    int start = starts[position];
    return bytes.slice(start + Encoding.LENGTH, (int) bytes.getLong(start));
  }

  private void grow() {
    starts = Arrays.copyOf(starts, 2 * size);
    table = new int[4 * size];
    for (int position = 0; position < size; position++) {
      int slot = slot(keyAt(position));
      if (table[slot] == 0) {
        table[slot] = position + 1;
      }
    }
  }

  private long hash(ByteBuffer key) {
    long hash = secret ^ key.remaining();
    int i = 0;
    for (; i + Long.BYTES <= key.remaining(); i += Long.BYTES) {
      hash = mix(hash ^ key.getLong(i));
    }
    long rest = 0;
    for (; i < key.remaining(); i++) {
      rest = rest << 8 | (key.get(i) & 0xff);
    }
    return mix(hash ^ rest);
  }

  private long mix(long value) {
    long factor = secret | 1;
    long product = (value + MULTIPLIER) * factor;
    return product ^ Math.unsignedMultiplyHigh(value + MULTIPLIER, factor);
  }
}
