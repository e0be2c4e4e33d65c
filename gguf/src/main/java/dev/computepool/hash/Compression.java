package dev.computepool.hash;

import static java.lang.Integer.rotateRight;

/// The compression function of BLAKE3: one block of 64 bytes mixed into a chaining value.
///
/// Words are little-endian. A chaining value is 8 words, a block 16, a chunk 16 blocks.
///
/// @see <a href="https://github.com/BLAKE3-team/BLAKE3-specs/blob/master/blake3.pdf">BLAKE3</a>,
// 2.2
final class Compression {
  static final int CHAIN_WORDS = 8;
  static final int BLOCK_BYTES = 64;
  static final int BLOCK_WORDS = 16;
  static final int CHUNK_BYTES = 1024;
  static final int CHUNK_BLOCKS = 16;
  static final int CHUNK_WORDS = 256;

  static final int CHUNK_START = 1;
  static final int CHUNK_END = 1 << 1;
  static final int PARENT = 1 << 2;
  static final int ROOT = 1 << 3;
  static final int KEYED_HASH = 1 << 4;
  static final int DERIVE_KEY_CONTEXT = 1 << 5;
  static final int DERIVE_KEY_MATERIAL = 1 << 6;

  static final int IV0 = 0x6A09E667;
  static final int IV1 = 0xBB67AE85;
  static final int IV2 = 0x3C6EF372;
  static final int IV3 = 0xA54FF53A;
  private static final int[] IV = {
    IV0, IV1, IV2, IV3, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
  };

  static final int ROUNDS = 7;

  private Compression() {}

  /// The key of the plain hash. A new array for each caller.
  static int[] iv() {
    return IV.clone();
  }

  /// The flags that a block of a whole chunk has for its place there.
  static int place(int block) {
    return switch (block) {
      case 0 -> CHUNK_START;
      case CHUNK_BLOCKS - 1 -> CHUNK_END;
      default -> 0;
    };
  }

  /// Mixes the block at `block[at]` into the chaining value in `state[0..8)`.
  ///
  /// @param state 16 words: takes the chaining value in its first half and gives the new one
  ///     there; gives in the second half the words that extend the output of a root
  /// @param counter number of the chunk, or of the output block of a root; 0 for other parents
  /// @param length bytes of the block that are input, the rest being zeros
  static void compress(int[] state, int[] block, int at, long counter, int length, int flags) {
    int v0 = state[0];
    int v1 = state[1];
    int v2 = state[2];
    int v3 = state[3];
    int v4 = state[4];
    int v5 = state[5];
    int v6 = state[6];
    int v7 = state[7];
    int v8 = IV0;
    int v9 = IV1;
    int v10 = IV2;
    int v11 = IV3;
    int v12 = (int) counter;
    int v13 = (int) (counter >>> 32);
    int v14 = length;
    int v15 = flags;
    int m0 = block[at];
    int m1 = block[at + 1];
    int m2 = block[at + 2];
    int m3 = block[at + 3];
    int m4 = block[at + 4];
    int m5 = block[at + 5];
    int m6 = block[at + 6];
    int m7 = block[at + 7];
    int m8 = block[at + 8];
    int m9 = block[at + 9];
    int m10 = block[at + 10];
    int m11 = block[at + 11];
    int m12 = block[at + 12];
    int m13 = block[at + 13];
    int m14 = block[at + 14];
    int m15 = block[at + 15];
    for (int round = 0; round < ROUNDS; round++) {
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

      // The message is permuted for the next round, along the cycles of the permutation. Rounds
      // written out one after the other would need no such moves, and are half as fast.
      int t0 = m0;
      m0 = m2;
      m2 = m3;
      m3 = m10;
      m10 = m12;
      m12 = m9;
      m9 = m11;
      m11 = m5;
      m5 = t0;
      int t1 = m1;
      m1 = m6;
      m6 = m4;
      m4 = m7;
      m7 = m13;
      m13 = m14;
      m14 = m15;
      m15 = m8;
      m8 = t1;
    }
    int h0 = state[0];
    int h1 = state[1];
    int h2 = state[2];
    int h3 = state[3];
    int h4 = state[4];
    int h5 = state[5];
    int h6 = state[6];
    int h7 = state[7];
    state[0] = v0 ^ v8;
    state[1] = v1 ^ v9;
    state[2] = v2 ^ v10;
    state[3] = v3 ^ v11;
    state[4] = v4 ^ v12;
    state[5] = v5 ^ v13;
    state[6] = v6 ^ v14;
    state[7] = v7 ^ v15;
    state[8] = v8 ^ h0;
    state[9] = v9 ^ h1;
    state[10] = v10 ^ h2;
    state[11] = v11 ^ h3;
    state[12] = v12 ^ h4;
    state[13] = v13 ^ h5;
    state[14] = v14 ^ h6;
    state[15] = v15 ^ h7;
  }
}
