package dev.computepool.hash;

/// One block after the other in plain Java: the specification of every other kernel.
final class ScalarKernel implements Kernel {
  private final int[] state = new int[Compression.BLOCK_WORDS];

  @Override
  public void chunks(
      int[] words, int count, long counter, int[] key, int flags, int[] out, int outFrom) {
    for (int chunk = 0; chunk < count; chunk++) {
      System.arraycopy(key, 0, state, 0, Compression.CHAIN_WORDS);
      int at = chunk * Compression.CHUNK_WORDS;
      for (int block = 0; block < Compression.CHUNK_BLOCKS; block++) {
        int place =
            switch (block) {
              case 0 -> Compression.CHUNK_START;
              case Compression.CHUNK_BLOCKS - 1 -> Compression.CHUNK_END;
              default -> 0;
            };
        Compression.compress(
            state,
            words,
            at + block * Compression.BLOCK_WORDS,
            counter + chunk,
            Compression.BLOCK_BYTES,
            flags | place);
      }
      System.arraycopy(
          state, 0, out, outFrom + chunk * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
    }
  }

  @Override
  public void parents(int[] chains, int from, int count, int[] key, int flags, int to) {
    for (int pair = 0; pair < count; pair++) {
      System.arraycopy(key, 0, state, 0, Compression.CHAIN_WORDS);
      Compression.compress(
          state,
          chains,
          from + pair * Compression.BLOCK_WORDS,
          0,
          Compression.BLOCK_BYTES,
          flags | Compression.PARENT);
      System.arraycopy(
          state, 0, chains, to + pair * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
    }
  }
}
