package dev.computepool.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// "Did you mean …": the known word that is nearest to one that is not known.
public final class NearestWord {
  private static final int FARTHEST = 3;

  /// Letters that a word has at least of which it may be the beginning.
  private static final int BEGINNING = 3;

  private NearestWord() {}

  /// The nearest of `known`, if one is near enough to have been meant, or begins so; of several the
  /// first of the alphabet.
  public static Optional<String> of(String word, Collection<String> known) {
    return known.stream()
        .filter(k -> isNear(word, k) || begins(word, k))
        .min(
            Comparator.comparing((String k) -> !begins(word, k))
                .thenComparingInt(k -> distance(word, k))
                .thenComparing(k -> k));
  }

  private static boolean isNear(String word, String known) {
    return distance(word, known) <= Math.min(FARTHEST, Math.max(1, known.length() / 2));
  }

  /// Whether `word` is how `known` begins, dashes not counted as letters.
  private static boolean begins(String word, String known) {
    return known.startsWith(word) && word.replace("-", "").length() >= BEGINNING;
  }

  /// Edits between two words: insert, delete, replace, or swap two neighbours.
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + cost);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
