package dev.computepool.similarity;

import dev.computepool.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The texts that were seen, without the texts: which one a new text repeats. A text takes about
/// half a kilobyte of memory, however long it is.
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
public final class SeenTexts {
  private static final int PLACES = 126;
  private static final int RUN = 5;
  private static final long SEED = 0x9E3779B97F4A7C15L;
  private static final short[] NO_SIGNATURE = {};

  private final double threshold;
  private final Fingerprints exact = new Fingerprints();
  private final Signatures signatures;
  private final long[] factors = new long[PLACES];
  private final long[] offsets = new long[PLACES];
  private int[] ids = new int[0];
  private int signed;
  private int size;

  /// What a text repeats.
  ///
  /// @param of the number of the earlier text: how many were new before it
  /// @param similarity 1 for a copy
  public record Match(int of, boolean exact, double similarity) {}

  /// Nothing seen yet.
  ///
  /// @param threshold the similarity from which texts are the same; 1 for copies only
  public SeenTexts(double threshold) {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException("the similarity is " + threshold + ", not in (0, 1]");
    }
    this.threshold = threshold;
    // Fewer rows find pairs that are less alike; 3 in a band miss few from 0.5 on.
    this.signatures = new Signatures(PLACES, threshold < 0.7 ? 3 : 6);
    for (int i = 0; i < PLACES; i++) {
      factors[i] = Words.mix(SEED * (2 * i + 1)) | 1;
      offsets[i] = Words.mix(SEED * (2 * i + 2));
    }
  }

  /// What there is to remember of a text. This is where the work is, and any thread may do it.
  public Sketch sketch(String text) {
    byte[] bytes = text.strip().replaceAll("\\s+", " ").getBytes(StandardCharsets.UTF_8);
    ByteBuffer digest =
        ByteBuffer.wrap(Sha256.hasher().update(bytes, 0, bytes.length).digest().bytes());
    long[] words = threshold < 1 ? Words.of(text) : new long[0];
    return new Sketch(
        digest.getLong(), digest.getLong(), words.length == 0 ? NO_SIGNATURE : signature(words));
  }

  /// What `text` repeats; null if it is new, and then it is remembered.
  public @Nullable Match add(String text) {
    return add(sketch(text));
  }

  /// What a text repeats; null if it is new, and then it is remembered.
  ///
  /// @param sketch made by this object, or one with the same threshold
  public @Nullable Match add(Sketch sketch) {
    long copy = exact.find(sketch.high(), sketch.low());
    if (copy > 0) {
      return new Match((int) copy - 1, true, 1);
    }
    short[] signature = sketch.signature();
    if (signature.length > 0) {
      int nearest = signatures.nearest(signature);
      if (nearest != Signatures.NONE) {
        double similarity = (double) signatures.agreement(signature, nearest) / PLACES;
        if (similarity >= threshold) {
          return new Match(ids[nearest], false, similarity);
        }
      }
      signatures.add(signature);
      remember();
    }
    size++;
    exact.add(sketch.high(), sketch.low(), size);
    return null;
  }

  /// Notes which text the latest signature is of: not every one has words.
  private void remember() {
    if (signed == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(1024, ids.length + (ids.length >> 1)));
    }
    ids[signed] = size;
    signed++;
  }

  /// How many texts were new.
  public int size() {
    return size;
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
}
