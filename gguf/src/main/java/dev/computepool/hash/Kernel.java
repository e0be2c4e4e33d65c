package dev.computepool.hash;

import java.nio.ByteBuffer;

/// The inner loops of BLAKE3, where all the time goes: many whole chunks, or many parents, at once.
///
/// A kernel has scratch memory of its own and belongs to one thread.
interface Kernel {
  /// Hashes whole chunks.
  ///
  /// @param bytes begins with them; they are consumed
  /// @param count how many chunks
  /// @param counter number of the first chunk in the input
  /// @param out takes their chaining values, 8 words each, from `to` on
  void chunks(ByteBuffer bytes, int count, long counter, int[] key, int flags, int[] out, int to);

  /// Hashes pairs of chaining values into the chaining values of their parents, in place: the
  /// results go to the beginning of the array.
  ///
  /// @param chains begins with `count` pairs, 16 words each
  void parents(int[] chains, int count, int[] key, int flags);
}
