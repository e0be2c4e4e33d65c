package dev.computepool.hash;

/// The inner loops of BLAKE3, where all the time goes: many whole chunks, or many parents, at once.
///
/// A kernel has scratch memory of its own and belongs to one thread.
interface Kernel {
  /// Hashes whole chunks that lie one behind the other in `words`.
  ///
  /// @param words the input as little-endian words, 256 a chunk
  /// @param count how many chunks
  /// @param counter number of the first chunk in the input
  /// @param out takes their chaining values, 8 words each, from `outFrom` on
  void chunks(int[] words, int count, long counter, int[] key, int flags, int[] out, int outFrom);

  /// Hashes pairs of chaining values that lie one behind the other, 16 words a pair, into the
  /// chaining values of their parents.
  ///
  /// @param from index of the first pair in `chains`
  /// @param count how many pairs
  /// @param to index in the same array where the results go, at or before `from`
  void parents(int[] chains, int from, int count, int[] key, int flags, int to);
}
