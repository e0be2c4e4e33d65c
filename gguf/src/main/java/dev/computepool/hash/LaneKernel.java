package dev.computepool.hash;

import static java.lang.Integer.rotateRight;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Many inputs at once, one a lane, in loops that the JIT compiler turns into vector instructions.
///
/// The working set is a matrix of 32 rows: 16 of state, then 16 of message, each with one word a
/// lane. A round walks once along the lanes, and since its body is the same straight line for
/// each of them and touches one column only, C2 computes as many lanes at once as a register
/// holds. This needs no incubator module, and little warm-up: one method is nearly all the work.
///
/// What C2 wants, and what this shape is about:
/// - One array, since two might be the same one as far as it knows, and then no load may move
///   over a store. Row offsets that are constants, since variable ones might overlap: hence the
///   message is permuted in place for the next round, and not read through the schedule.
/// - A body of few nodes, or it is not unrolled, and then not vectorized either: the round is
///   just below that limit, and what is not of the round has loops of its own.
/// - A trip count that is known to be small, or the index might overflow and every access is
///   checked. Many trips, since the loop begins and ends with single lanes until it is aligned.
/// - Many calls: a long loop that is called rarely is first compiled to be replaced while it
///   runs, which is of no use here. Hence {@link #load} and {@link #store} take a few lanes.
final class LaneKernel implements Kernel {
  /// The more, the faster, as long as the matrix stays in a level-1 cache of 48 KiB: with twice
  /// as many, verifying takes 9% more time.
  static final int LANES = 256;

  // Not a power of two: all rows of a column would compete for the same few lines of the cache.
  private static final int ROW = LANES + 16;

  private static final int MESSAGE = 16 * ROW;

  // With fewer lanes, a block after the other is faster.
  private static final int MIN_LANES = 24;

  private static final int STEP = 32;

  // Compiled code is far above this on any machine, and what runs before it far below.
  private static final long FAST_NANOS_PER_CHUNK = 1024;
  private static final CountDownLatch COMPILED = new CountDownLatch(1);

  private int[] w = {};

  // What the second half of the state is before each compression.
  private int[] initial = {};
  private int[] words = {};
  private final ScalarKernel scalar = new ScalarKernel();

  /// Waits until the loops of some kernel in this process run as compiled code does.
  ///
  /// @return whether they do
  static boolean awaitCompiled(Duration patience) throws InterruptedException {
    return COMPILED.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void chunks(
      ByteBuffer bytes, int count, long counter, int[] key, int flags, int[] out, int to) {
    int done = 0;
    while (count - done >= MIN_LANES) {
      int lanes = Math.min(LANES, (count - done) & -2);
      long start = System.nanoTime();
      if (words.length < lanes * Compression.CHUNK_WORDS) {
        words = new int[lanes * Compression.CHUNK_WORDS];
      }
      ScalarKernel.take(bytes, lanes, words);
      begin(key, counter + done, 1, lanes);
      for (int block = 0; block < Compression.CHUNK_BLOCKS; block++) {
        load(words, block * Compression.BLOCK_WORDS, Compression.CHUNK_WORDS, lanes);
        compress(flags | Compression.place(block), lanes);
      }
      store(lanes, out, to + done * Compression.CHAIN_WORDS);
      if (System.nanoTime() - start < lanes * FAST_NANOS_PER_CHUNK) {
        COMPILED.countDown();
      }
      done += lanes;
    }
    scalar.chunks(
        bytes, count - done, counter + done, key, flags, out, to + done * Compression.CHAIN_WORDS);
  }

  @Override
  public void parents(int[] chains, int count, int[] key, int flags) {
    int done = 0;
    while (count - done >= MIN_LANES) {
      int lanes = Math.min(LANES, (count - done) & -2);
      begin(key, 0, 0, lanes);
      load(chains, done * Compression.BLOCK_WORDS, Compression.BLOCK_WORDS, lanes);
      compress(flags | Compression.PARENT, lanes);
      store(lanes, chains, done * Compression.CHAIN_WORDS);
      done += lanes;
    }
    scalar.parents(chains, done, count, key, flags);
  }

  private void begin(int[] key, long counter, int step, int lanes) {
    if (w.length == 0) {
      allocate();
    }
    for (int k = 0; k < Compression.CHAIN_WORDS; k++) {
      Arrays.fill(w, k * ROW, (k + 1) * ROW, key[k]);
    }
    for (int i = 0; i < lanes; i++) {
      long number = counter + (long) i * step;
      initial[4 * ROW + i] = (int) number;
      initial[5 * ROW + i] = (int) (number >>> 32);
    }
  }

  private void allocate() {
    w = new int[32 * ROW];
    initial = new int[8 * ROW];
    Arrays.fill(initial, 0, ROW, Compression.IV0);
    Arrays.fill(initial, ROW, 2 * ROW, Compression.IV1);
    Arrays.fill(initial, 2 * ROW, 3 * ROW, Compression.IV2);
    Arrays.fill(initial, 3 * ROW, 4 * ROW, Compression.IV3);
    Arrays.fill(initial, 6 * ROW, 7 * ROW, Compression.BLOCK_BYTES);
  }

  private void compress(int flags, int lanes) {
    if (initial[7 * ROW] != flags) {
      Arrays.fill(initial, 7 * ROW, 8 * ROW, flags);
    }
    System.arraycopy(initial, 0, w, 8 * ROW, 8 * ROW);
    for (int round = 0; round < Compression.ROUNDS; round++) {
      round(w, lanes);
    }
    finish(w);
  }

  /// Transposes one block of each lane into the rows of the message.
  private void load(int[] in, int from, int stride, int lanes) {
    for (int i = 0; i < lanes; i += STEP) {
      load(in, from + i * stride, stride, w, MESSAGE + i, Math.min(STEP, lanes - i));
    }
  }

  // Written out, and two lanes at once, it is too long to be compiled into its callers once more.
  private static void load(int[] in, int from, int stride, int[] w, int to, int lanes) {
    int a = from;
    int b = from + stride;
    for (int i = to; i < to + lanes; i += 2) {
      w[i] = in[a];
      w[i + 1] = in[b];
      w[i + ROW] = in[a + 1];
      w[i + 1 + ROW] = in[b + 1];
      w[i + 2 * ROW] = in[a + 2];
      w[i + 1 + 2 * ROW] = in[b + 2];
      w[i + 3 * ROW] = in[a + 3];
      w[i + 1 + 3 * ROW] = in[b + 3];
      w[i + 4 * ROW] = in[a + 4];
      w[i + 1 + 4 * ROW] = in[b + 4];
      w[i + 5 * ROW] = in[a + 5];
      w[i + 1 + 5 * ROW] = in[b + 5];
      w[i + 6 * ROW] = in[a + 6];
      w[i + 1 + 6 * ROW] = in[b + 6];
      w[i + 7 * ROW] = in[a + 7];
      w[i + 1 + 7 * ROW] = in[b + 7];
      w[i + 8 * ROW] = in[a + 8];
      w[i + 1 + 8 * ROW] = in[b + 8];
      w[i + 9 * ROW] = in[a + 9];
      w[i + 1 + 9 * ROW] = in[b + 9];
      w[i + 10 * ROW] = in[a + 10];
      w[i + 1 + 10 * ROW] = in[b + 10];
      w[i + 11 * ROW] = in[a + 11];
      w[i + 1 + 11 * ROW] = in[b + 11];
      w[i + 12 * ROW] = in[a + 12];
      w[i + 1 + 12 * ROW] = in[b + 12];
      w[i + 13 * ROW] = in[a + 13];
      w[i + 1 + 13 * ROW] = in[b + 13];
      w[i + 14 * ROW] = in[a + 14];
      w[i + 1 + 14 * ROW] = in[b + 14];
      w[i + 15 * ROW] = in[a + 15];
      w[i + 1 + 15 * ROW] = in[b + 15];
      a += 2 * stride;
      b += 2 * stride;
    }
  }

  /// Transposes the chaining values out of the matrix.
  private void store(int lanes, int[] out, int to) {
    for (int i = 0; i < lanes; i += STEP) {
      store(w, i, Math.min(STEP, lanes - i), out, to + i * Compression.CHAIN_WORDS);
    }
  }

  private static void store(int[] w, int from, int lanes, int[] out, int to) {
    int at = to;
    for (int i = from; i < from + lanes; i++) {
      for (int k = 0; k < Compression.CHAIN_WORDS; k++) {
        out[at++] = w[i + k * ROW];
      }
    }
  }

  /// One of the seven rounds, then the permutation of the message for the next.
  private static void round(int[] w, int lanes) {
    int end = Math.min(lanes, LANES);
    // Not `i < end`: C2 then spends half as long again on peeling the loop.
    for (int i = 0; i != end; i++) {
      int v0 = w[i];
      int v1 = w[i + ROW];
      int v2 = w[i + 2 * ROW];
      int v3 = w[i + 3 * ROW];
      int v4 = w[i + 4 * ROW];
      int v5 = w[i + 5 * ROW];
      int v6 = w[i + 6 * ROW];
      int v7 = w[i + 7 * ROW];
      int v8 = w[i + 8 * ROW];
      int v9 = w[i + 9 * ROW];
      int v10 = w[i + 10 * ROW];
      int v11 = w[i + 11 * ROW];
      int v12 = w[i + 12 * ROW];
      int v13 = w[i + 13 * ROW];
      int v14 = w[i + 14 * ROW];
      int v15 = w[i + 15 * ROW];
      int m0 = w[i + 16 * ROW];
      int m1 = w[i + 17 * ROW];
      int m2 = w[i + 18 * ROW];
      int m3 = w[i + 19 * ROW];
      int m4 = w[i + 20 * ROW];
      int m5 = w[i + 21 * ROW];
      int m6 = w[i + 22 * ROW];
      int m7 = w[i + 23 * ROW];
      int m8 = w[i + 24 * ROW];
      int m9 = w[i + 25 * ROW];
      int m10 = w[i + 26 * ROW];
      int m11 = w[i + 27 * ROW];
      int m12 = w[i + 28 * ROW];
      int m13 = w[i + 29 * ROW];
      int m14 = w[i + 30 * ROW];
      int m15 = w[i + 31 * ROW];

      v0 += v4 + m0;
      v12 = rotateRight(v12 ^ v0, 16);
      v8 += v12;
      v4 = rotateRight(v4 ^ v8, 12);
      v0 += v4 + m1;
      v12 = rotateRight(v12 ^ v0, 8);
      v8 += v12;
      v4 = rotateRight(v4 ^ v8, 7);

      v1 += v5 + m2;
      v13 = rotateRight(v13 ^ v1, 16);
      v9 += v13;
      v5 = rotateRight(v5 ^ v9, 12);
      v1 += v5 + m3;
      v13 = rotateRight(v13 ^ v1, 8);
      v9 += v13;
      v5 = rotateRight(v5 ^ v9, 7);

      v2 += v6 + m4;
      v14 = rotateRight(v14 ^ v2, 16);
      v10 += v14;
      v6 = rotateRight(v6 ^ v10, 12);
      v2 += v6 + m5;
      v14 = rotateRight(v14 ^ v2, 8);
      v10 += v14;
      v6 = rotateRight(v6 ^ v10, 7);

      v3 += v7 + m6;
      v15 = rotateRight(v15 ^ v3, 16);
      v11 += v15;
      v7 = rotateRight(v7 ^ v11, 12);
      v3 += v7 + m7;
      v15 = rotateRight(v15 ^ v3, 8);
      v11 += v15;
      v7 = rotateRight(v7 ^ v11, 7);

      v0 += v5 + m8;
      v15 = rotateRight(v15 ^ v0, 16);
      v10 += v15;
      v5 = rotateRight(v5 ^ v10, 12);
      v0 += v5 + m9;
      v15 = rotateRight(v15 ^ v0, 8);
      v10 += v15;
      v5 = rotateRight(v5 ^ v10, 7);

      v1 += v6 + m10;
      v12 = rotateRight(v12 ^ v1, 16);
      v11 += v12;
      v6 = rotateRight(v6 ^ v11, 12);
      v1 += v6 + m11;
      v12 = rotateRight(v12 ^ v1, 8);
      v11 += v12;
      v6 = rotateRight(v6 ^ v11, 7);

      v2 += v7 + m12;
      v13 = rotateRight(v13 ^ v2, 16);
      v8 += v13;
      v7 = rotateRight(v7 ^ v8, 12);
      v2 += v7 + m13;
      v13 = rotateRight(v13 ^ v2, 8);
      v8 += v13;
      v7 = rotateRight(v7 ^ v8, 7);

      v3 += v4 + m14;
      v14 = rotateRight(v14 ^ v3, 16);
      v9 += v14;
      v4 = rotateRight(v4 ^ v9, 12);
      v3 += v4 + m15;
      v14 = rotateRight(v14 ^ v3, 8);
      v9 += v14;
      v4 = rotateRight(v4 ^ v9, 7);

      w[i] = v0;
      w[i + ROW] = v1;
      w[i + 2 * ROW] = v2;
      w[i + 3 * ROW] = v3;
      w[i + 4 * ROW] = v4;
      w[i + 5 * ROW] = v5;
      w[i + 6 * ROW] = v6;
      w[i + 7 * ROW] = v7;
      w[i + 8 * ROW] = v8;
      w[i + 9 * ROW] = v9;
      w[i + 10 * ROW] = v10;
      w[i + 11 * ROW] = v11;
      w[i + 12 * ROW] = v12;
      w[i + 13 * ROW] = v13;
      w[i + 14 * ROW] = v14;
      w[i + 15 * ROW] = v15;
      w[i + 16 * ROW] = m2;
      w[i + 17 * ROW] = m6;
      w[i + 18 * ROW] = m3;
      w[i + 19 * ROW] = m10;
      w[i + 20 * ROW] = m7;
      w[i + 21 * ROW] = m0;
      w[i + 22 * ROW] = m4;
      w[i + 23 * ROW] = m13;
      w[i + 24 * ROW] = m1;
      w[i + 25 * ROW] = m11;
      w[i + 26 * ROW] = m12;
      w[i + 27 * ROW] = m5;
      w[i + 28 * ROW] = m9;
      w[i + 29 * ROW] = m14;
      w[i + 30 * ROW] = m15;
      w[i + 31 * ROW] = m8;
    }
  }

  /// What a compression ends with: the halves of the state become the chaining values.
  private static void finish(int[] w) {
    for (int i = 0; i < 8 * ROW; i++) {
      w[i] ^= w[i + 8 * ROW];
    }
  }
}
