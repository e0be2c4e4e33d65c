package dev.computepool.crawl.dataset;

import dev.computepool.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The texts that were seen, without the texts: which one a new text repeats.
///
/// Similarity is the share of runs of five words that two texts have in common (Jaccard). It is
/// estimated from MinHash signatures: of each of many permutations of all runs the least is kept,
/// and two texts agree in each place with a probability that is their similarity; with 126 places
/// the standard error at 0.8 is 0.036. Candidates are those that agree in all places of at least
/// one band of the signature (locality-sensitive hashing); with 21 bands of 6, a pair of
/// similarity 0.8 is missed twice in a thousand.
///
/// @see <a href="https://doi.org/10.1109/SEQUEN.1997.666900">Broder, On the resemblance and
///     containment of documents</a>
final class SeenTexts {
  private static final int PLACES = 126;
  private static final int RUN = 5;
  private static final long SEED = 0x9E3779B97F4A7C15L;

  private final double threshold;
  private final int rows;
  private final Map<Fingerprint, Integer> exact = new HashMap<>();
  private final LongIntTable bands = new LongIntTable();
  private final List<short[]> signatures = new ArrayList<>();
  // Of each text and band, the text before it that agrees in this band.
  private final List<int[]> earlier = new ArrayList<>();
  private final List<Origin> origins = new ArrayList<>();
  private final long[] factors = new long[PLACES];
  private final long[] offsets = new long[PLACES];

  /// Where a text was.
  ///
  /// @param chunk its index in the document; -1 for all of it
  record Origin(String source, int chunk) {}

  /// What a text repeats.
  ///
  /// @param similarity 1 for a copy
  record Match(Origin of, boolean exact, double similarity) {}

  private record Fingerprint(long high, long low) {}

  /// Nothing seen yet.
  ///
  /// @param threshold the similarity from which texts are the same; 1 for copies only
  SeenTexts(double threshold) {
    this.threshold = threshold;
    // Fewer rows find pairs that are less alike; 3 in a band miss few from 0.5 on.
    this.rows = threshold < 0.7 ? 3 : 6;
    for (int i = 0; i < PLACES; i++) {
      factors[i] = Words.mix(SEED * (2 * i + 1)) | 1;
      offsets[i] = Words.mix(SEED * (2 * i + 2));
    }
  }

  /// What `text` repeats; null if it is new, and then it is remembered.
  @Nullable Match add(String text, Origin origin) {
    Fingerprint fingerprint = fingerprint(text);
    Integer copy = exact.get(fingerprint);
    if (copy != null) {
      return new Match(origins.get(copy), true, 1);
    }
    int id = origins.size();
    if (threshold < 1) {
      short[] signature = signature(Words.of(text));
      Match near = near(signature);
      if (near != null) {
        return near;
      }
      remember(signature, id);
    }
    exact.put(fingerprint, id);
    origins.add(origin);
    return null;
  }

  private static Fingerprint fingerprint(String text) {
    byte[] bytes = text.strip().replaceAll("\\s+", " ").getBytes(StandardCharsets.UTF_8);
    ByteBuffer digest =
        ByteBuffer.wrap(Sha256.hasher().update(bytes, 0, bytes.length).digest().bytes());
    return new Fingerprint(digest.getLong(), digest.getLong());
  }

  private short[] signature(long[] words) {
    long[] least = new long[PLACES];
    Arrays.fill(least, -1L);
    int runs = Math.max(1, words.length - RUN + 1);
    for (int i = 0; i < runs; i++) {
      long run = Words.join(words, i, Math.min(words.length, i + RUN));
      for (int p = 0; p < PLACES; p++) {
        long value = run * factors[p] + offsets[p];
        value ^= value >>> 32;
        if (Long.compareUnsigned(value, least[p]) < 0) {
          least[p] = value;
        }
      }
    }
    // 16 bits of each: two different values agree once in 65,536.
    short[] signature = new short[PLACES];
    for (int p = 0; p < PLACES; p++) {
      signature[p] = (short) Words.mix(least[p]);
    }
    return signature;
  }

  private @Nullable Match near(short[] signature) {
    int best = -1;
    int most = 0;
    for (int band = 0; band < PLACES / rows; band++) {
      int candidate = bands.get(key(signature, band));
      while (candidate != LongIntTable.NONE) {
        int agree = agreement(signature, signatures.get(candidate));
        if (agree > most) {
          most = agree;
          best = candidate;
        }
        candidate = earlier.get(candidate)[band];
      }
    }
    double similarity = (double) most / PLACES;
    return best >= 0 && similarity >= threshold
        ? new Match(origins.get(best), false, similarity)
        : null;
  }

  private static int agreement(short[] a, short[] b) {
    int agree = 0;
    for (int p = 0; p < PLACES; p++) {
      agree += a[p] == b[p] ? 1 : 0;
    }
    return agree;
  }

  private void remember(short[] signature, int id) {
    signatures.add(signature);
    int[] before = new int[PLACES / rows];
    for (int band = 0; band < before.length; band++) {
      before[band] = bands.put(key(signature, band), id);
    }
    earlier.add(before);
  }

  private long key(short[] signature, int band) {
    long hash = band + 1L;
    for (int p = band * rows; p < (band + 1) * rows; p++) {
      hash = Words.mix(hash * 31 + signature[p]);
    }
    return hash;
  }
}
