package dev.computepool.similarity;

import java.util.Arrays;

/// A text as a sequence of hashed words: runs of letters and digits in lower case; of scripts that
/// write no spaces, single characters.
public final class Words {
  private static final long BASIS = 0xCBF29CE484222325L;
  private static final long PRIME = 0x100000001B3L;

  private Words() {}

  /// The words of a text, in their order.
  public static long[] of(String text) {
    long[] words = new long[16];
    int count = 0;
    long hash = BASIS;
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean single = c >= 0x0E00 && isUnspaced(c);
      boolean part = !single && (Character.isLetterOrDigit(c) || isMark(c));
      if (part) {
        hash = (hash ^ Character.toLowerCase(c)) * PRIME;
        inWord = true;
      }
      if (!part && inWord) {
        words = with(words, count++, mix(hash));
        hash = BASIS;
        inWord = false;
      }
      if (single) {
        words = with(words, count++, mix((BASIS ^ c) * PRIME));
      }
    }
    if (inWord) {
      words = with(words, count++, mix(hash));
    }
    return Arrays.copyOf(words, count);
  }

  /// The hash of the words from `from` to `to` (not included), in this order.
  public static long join(long[] words, int from, int to) {
    long hash = BASIS;
    for (int i = from; i < to; i++) {
      hash = mix(hash * 31 + words[i]);
    }
    return hash;
  }

  private static long[] with(long[] words, int at, long word) {
    long[] room = at < words.length ? words : Arrays.copyOf(words, at * 2);
    room[at] = word;
    return room;
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isUnspaced(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> Character.isLetter(c);
      default -> false;
    };
  }

  /// Spreads the bits (the finalizer of SplitMix64).
  static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
