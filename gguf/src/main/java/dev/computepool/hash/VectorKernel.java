package dev.computepool.hash;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// As many chunks at once as a vector register has words, in the Vector API.
///
/// Each word of the state is a vector with one lane a chunk, and all 16 stay in registers over the
/// rounds. The message is transposed into an array first, since its words are taken in another
/// order in each round. What C2 wants here: the round exactly once, in a loop, written out, with
/// calls of the Vector API only. Unrolled over the rounds the method is too long to be compiled;
/// a helper of our own is not inlined into one this long, and its vectors become objects.
///
/// Loaded only where the module `jdk.incubator.vector` is present.
final class VectorKernel implements Kernel {
  // A block has 16 words: wider vectors than that would not make a square with it.
  private static final VectorSpecies<Integer> SPECIES =
      IntVector.SPECIES_PREFERRED.length() <= Compression.BLOCK_WORDS
          ? IntVector.SPECIES_PREFERRED
          : IntVector.SPECIES_512;

  static final int LANES = SPECIES.length();

  /// With fewer, plain loops are as fast.
  static final int MIN_LANES = 8;

  // Where the 16 message words of each round are: the permutation of the specification, applied
  // once more in each.
  private static final int[] SCHEDULE = new int[Compression.ROUNDS * Compression.BLOCK_WORDS];

  static {
    int[] permutation = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
    for (int i = 0; i < SCHEDULE.length; i++) {
      int place = i % Compression.BLOCK_WORDS;
      SCHEDULE[i] =
          i == place
              ? place * LANES
              : SCHEDULE[i - place - Compression.BLOCK_WORDS + permutation[place]];
    }
  }

  // For each distance of two rows that are to be swapped in part, which words of the pair go to
  // the first of them and which to the second.
  private static final int[] FIRST = new int[LANES * LANES];
  private static final int[] SECOND = new int[LANES * LANES];

  static {
    for (int distance = 1; distance < LANES; distance *= 2) {
      for (int i = 0; i < LANES; i++) {
        boolean stays = (i & distance) == 0;
        FIRST[distance * LANES + i] = stays ? i : LANES + i - distance;
        SECOND[distance * LANES + i] = stays ? i + distance : LANES + i;
      }
    }
  }

  private final int[] message = new int[Compression.BLOCK_WORDS * LANES];
  private final int[] chain = new int[Compression.CHAIN_WORDS * LANES];
  private final int[] counters = new int[2 * LANES];
  private final Kernel lanes;

  /// @param lanes for parents, which are few, and for what does not fill a vector
  VectorKernel(Kernel lanes) {
    this.lanes = lanes;
  }

  @Override
  public void chunks(
      ByteBuffer bytes, int count, long counter, int[] key, int flags, int[] out, int to) {
    MemorySegment in = MemorySegment.ofBuffer(bytes);
    int done = 0;
    for (; count - done >= LANES; done += LANES) {
      begin(key, counter + done);
      for (int block = 0; block < Compression.CHUNK_BLOCKS; block++) {
        long at = (long) done * Compression.CHUNK_BYTES + (long) block * Compression.BLOCK_BYTES;
        load(in, at, Compression.CHUNK_BYTES, message);
        compress(chain, message, counters, flags | Compression.place(block));
      }
      store(out, to + done * Compression.CHAIN_WORDS);
    }
    bytes.position(bytes.position() + done * Compression.CHUNK_BYTES);
    lanes.chunks(
        bytes, count - done, counter + done, key, flags, out, to + done * Compression.CHAIN_WORDS);
  }

  @Override
  public void parents(int[] chains, int count, int[] key, int flags) {
    lanes.parents(chains, count, key, flags);
  }

  private void begin(int[] key, long counter) {
    for (int k = 0; k < Compression.CHAIN_WORDS; k++) {
      Arrays.fill(chain, k * LANES, (k + 1) * LANES, key[k]);
    }
    for (int i = 0; i < LANES; i++) {
      long number = counter + i;
      counters[i] = (int) number;
      counters[LANES + i] = (int) (number >>> 32);
    }
  }

  private void store(int[] out, int to) {
    for (int i = 0; i < LANES; i++) {
      for (int k = 0; k < Compression.CHAIN_WORDS; k++) {
        out[to + i * Compression.CHAIN_WORDS + k] = chain[k * LANES + i];
      }
    }
  }

  /// Transposes one block of each lane, a square of words after the other. In each pass, rows at a
  /// distance swap the words where that bit of row and column differs; the first pass also moves
  /// the words out of the input.
  private static void load(MemorySegment in, long from, int stride, int[] m) {
    for (int column = 0; column < Compression.BLOCK_WORDS; column += LANES) {
      int square = column * LANES;
      int distance = LANES / 2;
      IntVector first = IntVector.fromArray(SPECIES, FIRST, distance * LANES);
      IntVector second = IntVector.fromArray(SPECIES, SECOND, distance * LANES);
      for (int row = 0; row < distance; row++) {
        long at = from + (long) row * stride + (long) column * Integer.BYTES;
        IntVector a = IntVector.fromMemorySegment(SPECIES, in, at, LITTLE_ENDIAN);
        IntVector b =
            IntVector.fromMemorySegment(SPECIES, in, at + (long) distance * stride, LITTLE_ENDIAN);
        first.selectFrom(a, b).intoArray(m, square + row * LANES);
        second.selectFrom(a, b).intoArray(m, square + (row + distance) * LANES);
      }
      passes(m, square, distance / 2);
    }
  }

  private static void passes(int[] m, int square, int from) {
    for (int distance = from; distance > 0; distance /= 2) {
      IntVector first = IntVector.fromArray(SPECIES, FIRST, distance * LANES);
      IntVector second = IntVector.fromArray(SPECIES, SECOND, distance * LANES);
      for (int i = 0; i < LANES / 2; i++) {
        int row = (i & (distance - 1)) + (i & -distance) * 2;
        IntVector a = IntVector.fromArray(SPECIES, m, square + row * LANES);
        IntVector b = IntVector.fromArray(SPECIES, m, square + (row + distance) * LANES);
        first.selectFrom(a, b).intoArray(m, square + row * LANES);
        second.selectFrom(a, b).intoArray(m, square + (row + distance) * LANES);
      }
    }
  }

  private static void compress(int[] chain, int[] m, int[] counters, int flags) {
    int[] s = SCHEDULE;
    IntVector v0 = IntVector.fromArray(SPECIES, chain, 0 * LANES);
    IntVector v1 = IntVector.fromArray(SPECIES, chain, 1 * LANES);
    IntVector v2 = IntVector.fromArray(SPECIES, chain, 2 * LANES);
    IntVector v3 = IntVector.fromArray(SPECIES, chain, 3 * LANES);
    IntVector v4 = IntVector.fromArray(SPECIES, chain, 4 * LANES);
    IntVector v5 = IntVector.fromArray(SPECIES, chain, 5 * LANES);
    IntVector v6 = IntVector.fromArray(SPECIES, chain, 6 * LANES);
    IntVector v7 = IntVector.fromArray(SPECIES, chain, 7 * LANES);
    IntVector v8 = IntVector.broadcast(SPECIES, Compression.IV0);
    IntVector v9 = IntVector.broadcast(SPECIES, Compression.IV1);
    IntVector v10 = IntVector.broadcast(SPECIES, Compression.IV2);
    IntVector v11 = IntVector.broadcast(SPECIES, Compression.IV3);
    IntVector v12 = IntVector.fromArray(SPECIES, counters, 0);
    IntVector v13 = IntVector.fromArray(SPECIES, counters, LANES);
    IntVector v14 = IntVector.broadcast(SPECIES, Compression.BLOCK_BYTES);
    IntVector v15 = IntVector.broadcast(SPECIES, flags);
    for (int r = 0; r < s.length; r += Compression.BLOCK_WORDS) {
      v0 = v0.add(v4).add(IntVector.fromArray(SPECIES, m, s[r]));
      v12 = v12.lanewise(XOR, v0).lanewise(ROR, 16);
      v8 = v8.add(v12);
      v4 = v4.lanewise(XOR, v8).lanewise(ROR, 12);
      v0 = v0.add(v4).add(IntVector.fromArray(SPECIES, m, s[r + 1]));
      v12 = v12.lanewise(XOR, v0).lanewise(ROR, 8);
      v8 = v8.add(v12);
      v4 = v4.lanewise(XOR, v8).lanewise(ROR, 7);

      v1 = v1.add(v5).add(IntVector.fromArray(SPECIES, m, s[r + 2]));
      v13 = v13.lanewise(XOR, v1).lanewise(ROR, 16);
      v9 = v9.add(v13);
      v5 = v5.lanewise(XOR, v9).lanewise(ROR, 12);
      v1 = v1.add(v5).add(IntVector.fromArray(SPECIES, m, s[r + 3]));
      v13 = v13.lanewise(XOR, v1).lanewise(ROR, 8);
      v9 = v9.add(v13);
      v5 = v5.lanewise(XOR, v9).lanewise(ROR, 7);

      v2 = v2.add(v6).add(IntVector.fromArray(SPECIES, m, s[r + 4]));
      v14 = v14.lanewise(XOR, v2).lanewise(ROR, 16);
      v10 = v10.add(v14);
      v6 = v6.lanewise(XOR, v10).lanewise(ROR, 12);
      v2 = v2.add(v6).add(IntVector.fromArray(SPECIES, m, s[r + 5]));
      v14 = v14.lanewise(XOR, v2).lanewise(ROR, 8);
      v10 = v10.add(v14);
      v6 = v6.lanewise(XOR, v10).lanewise(ROR, 7);

      v3 = v3.add(v7).add(IntVector.fromArray(SPECIES, m, s[r + 6]));
      v15 = v15.lanewise(XOR, v3).lanewise(ROR, 16);
      v11 = v11.add(v15);
      v7 = v7.lanewise(XOR, v11).lanewise(ROR, 12);
      v3 = v3.add(v7).add(IntVector.fromArray(SPECIES, m, s[r + 7]));
      v15 = v15.lanewise(XOR, v3).lanewise(ROR, 8);
      v11 = v11.add(v15);
      v7 = v7.lanewise(XOR, v11).lanewise(ROR, 7);

      v0 = v0.add(v5).add(IntVector.fromArray(SPECIES, m, s[r + 8]));
      v15 = v15.lanewise(XOR, v0).lanewise(ROR, 16);
      v10 = v10.add(v15);
      v5 = v5.lanewise(XOR, v10).lanewise(ROR, 12);
      v0 = v0.add(v5).add(IntVector.fromArray(SPECIES, m, s[r + 9]));
      v15 = v15.lanewise(XOR, v0).lanewise(ROR, 8);
      v10 = v10.add(v15);
      v5 = v5.lanewise(XOR, v10).lanewise(ROR, 7);

      v1 = v1.add(v6).add(IntVector.fromArray(SPECIES, m, s[r + 10]));
      v12 = v12.lanewise(XOR, v1).lanewise(ROR, 16);
      v11 = v11.add(v12);
      v6 = v6.lanewise(XOR, v11).lanewise(ROR, 12);
      v1 = v1.add(v6).add(IntVector.fromArray(SPECIES, m, s[r + 11]));
      v12 = v12.lanewise(XOR, v1).lanewise(ROR, 8);
      v11 = v11.add(v12);
      v6 = v6.lanewise(XOR, v11).lanewise(ROR, 7);

      v2 = v2.add(v7).add(IntVector.fromArray(SPECIES, m, s[r + 12]));
      v13 = v13.lanewise(XOR, v2).lanewise(ROR, 16);
      v8 = v8.add(v13);
      v7 = v7.lanewise(XOR, v8).lanewise(ROR, 12);
      v2 = v2.add(v7).add(IntVector.fromArray(SPECIES, m, s[r + 13]));
      v13 = v13.lanewise(XOR, v2).lanewise(ROR, 8);
      v8 = v8.add(v13);
      v7 = v7.lanewise(XOR, v8).lanewise(ROR, 7);

      v3 = v3.add(v4).add(IntVector.fromArray(SPECIES, m, s[r + 14]));
      v14 = v14.lanewise(XOR, v3).lanewise(ROR, 16);
      v9 = v9.add(v14);
      v4 = v4.lanewise(XOR, v9).lanewise(ROR, 12);
      v3 = v3.add(v4).add(IntVector.fromArray(SPECIES, m, s[r + 15]));
      v14 = v14.lanewise(XOR, v3).lanewise(ROR, 8);
      v9 = v9.add(v14);
      v4 = v4.lanewise(XOR, v9).lanewise(ROR, 7);
    }
    v0.lanewise(XOR, v8).intoArray(chain, 0 * LANES);
    v1.lanewise(XOR, v9).intoArray(chain, 1 * LANES);
    v2.lanewise(XOR, v10).intoArray(chain, 2 * LANES);
    v3.lanewise(XOR, v11).intoArray(chain, 3 * LANES);
    v4.lanewise(XOR, v12).intoArray(chain, 4 * LANES);
    v5.lanewise(XOR, v13).intoArray(chain, 5 * LANES);
    v6.lanewise(XOR, v14).intoArray(chain, 6 * LANES);
    v7.lanewise(XOR, v15).intoArray(chain, 7 * LANES);
  }
}
