package dev.computepool.similarity;

import java.util.ArrayList;
import java.util.List;

/// The signatures of many texts, and those among them that agree with another one in a band: a hash
/// table whose chains run through all bands of all texts, in arrays alone, so that a text takes
/// about 450 bytes here.
final class Signatures {
  static final int NONE = -1;

  private static final int PAGE = 1024;
  private static final int MOST_HEADS = 1 << 30;

  private final int places;
  private final int rows;
  private final int bands;
  private final List<short[]> signatures = new ArrayList<>();

  /// Of each text and band, 1 + the one that came before it in its chain.
  private final List<int[]> earlier = new ArrayList<>();

  /// Of each chain, 1 + its latest text times the number of bands plus the band.
  private int[] heads = new int[1 << 12];

  private int size;

  Signatures(int places, int rows) {
    this.places = places;
    this.rows = rows;
    this.bands = places / rows;
  }

  /// Adds the signature of the next text.
  void add(short[] signature) {
    if (size % PAGE == 0) {
      signatures.add(new short[PAGE * places]);
      earlier.add(new int[PAGE * bands]);
    }
    System.arraycopy(signature, 0, page(size), start(size), places);
    size++;
    if ((long) size * bands > heads.length && heads.length < MOST_HEADS) {
      heads = new int[heads.length * 2];
      for (int id = 0; id < size; id++) {
        chain(id);
      }
    } else {
      chain(size - 1);
    }
  }

  private void chain(int id) {
    int[] before = earlier.get(id / PAGE);
    for (int band = 0; band < bands; band++) {
      int head = head(page(id), start(id), band);
      before[id % PAGE * bands + band] = heads[head];
      heads[head] = Math.addExact(Math.multiplyExact(id, bands), band + 1);
    }
  }

  /// The text that agrees with `signature` in most places, of those that agree in a whole band;
  /// {@link #NONE} if none does.
  int nearest(short[] signature) {
    int best = NONE;
    int most = 0;
    for (int band = 0; band < bands; band++) {
      int slot = heads[head(signature, 0, band)] - 1;
      while (slot >= 0) {
        int id = slot / bands;
        if (slot % bands == band && isSameBand(signature, id, band)) {
          int agree = agreement(signature, id);
          if (agree > most) {
            most = agree;
            best = id;
          }
        }
        slot = earlier.get(id / PAGE)[id % PAGE * bands + slot % bands] - 1;
      }
    }
    return best;
  }

  private boolean isSameBand(short[] signature, int id, int band) {
    short[] page = page(id);
    int start = start(id);
    for (int place = band * rows; place < (band + 1) * rows; place++) {
      if (signature[place] != page[start + place]) {
        return false;
      }
    }
    return true;
  }

  /// In how many places a signature agrees with that of a text.
  int agreement(short[] signature, int id) {
    short[] page = page(id);
    int start = start(id);
    int agree = 0;
    for (int place = 0; place < places; place++) {
      agree += signature[place] == page[start + place] ? 1 : 0;
    }
    return agree;
  }

  private int head(short[] values, int start, int band) {
    long hash = band + 1L;
    for (int place = band * rows; place < (band + 1) * rows; place++) {
      hash = Words.mix(hash * 31 + values[start + place]);
    }
    return (int) hash & (heads.length - 1);
  }

  private short[] page(int id) {
    return signatures.get(id / PAGE);
  }

  private int start(int id) {
    return id % PAGE * places;
  }
}
