package dev.computepool.hash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One block after the other in plain Java: the specification of every other kernel.
final class ScalarKernel implements Kernel {
  private final int[] words = new int[Compression.CHUNK_WORDS];
  private final int[] state = new int[Compression.BLOCK_WORDS];

  /// Copies whole chunks out of `bytes`, as little-endian words; they are consumed.
  static void take(ByteBuffer bytes, int count, int[] words) {
    int length = count * Compression.CHUNK_BYTES;
    bytes
        .slice(bytes.position(), length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(words, 0, count * Compression.CHUNK_WORDS);
    bytes.position(bytes.position() + length);
  }

  @Override
  public void chunks(
      ByteBuffer bytes, int count, long counter, int[] key, int flags, int[] out, int to) {
    for (int chunk = 0; chunk < count; chunk++) {
      take(bytes, 1, words);
      System.arraycopy(key, 0, state, 0, Compression.CHAIN_WORDS);
      for (int block = 0; block < Compression.CHUNK_BLOCKS; block++) {
        Compression.compress(
            state,
            words,
            block * Compression.BLOCK_WORDS,
            counter + chunk,
            Compression.BLOCK_BYTES,
            flags | Compression.place(block));
      }
      System.arraycopy(
          state, 0, out, to + chunk * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
    }
  }

  @Override
  public void parents(int[] chains, int count, int[] key, int flags) {
    parents(chains, 0, count, key, flags);
  }

  /// The same for the pairs from `first` on; the results go behind those of the pairs before.
  void parents(int[] chains, int first, int count, int[] key, int flags) {
    for (int pair = first; pair < count; pair++) {
      System.arraycopy(key, 0, state, 0, Compression.CHAIN_WORDS);
      Compression.compress(
          state,
          chains,
          pair * Compression.BLOCK_WORDS,
          0,
          Compression.BLOCK_BYTES,
          flags | Compression.PARENT);
      System.arraycopy(state, 0, chains, pair * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
    }
  }
}
