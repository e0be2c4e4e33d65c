package dev.computepool.hash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Hashes pieces of an input, each a subtree of it: the work of one thread.
///
/// In the tree of BLAKE3 a left child holds the largest power of two of chunks that leaves at least
/// one byte for its sibling. So pairing the chaining values of a level from the left, and carrying
/// an odd last one up as it is, gives the same tree; and a piece that begins at a multiple of its
/// own size is a subtree, whatever follows it.
final class SubtreeHasher {
  /// Bytes that go through the kernel at once: they and their chaining values stay in a level-2
  /// cache.
  static final int PIECE = 128 << 10;

  private static final int PIECE_CHUNKS = PIECE / Compression.CHUNK_BYTES;

  private final Kernel kernel;
  private final int[] key;
  private final int flags;
  private final int[] words = new int[PIECE / Integer.BYTES];
  private final int[] chains;

  /// @param limit the longest input, in bytes, that {@link #hash} and {@link #node} are given
  SubtreeHasher(Kernel kernel, int[] key, int flags, int limit) {
    this.kernel = kernel;
    this.key = key;
    this.flags = flags;
    this.chains = new int[Math.ceilDiv(limit, Compression.CHUNK_BYTES) * Compression.CHAIN_WORDS];
  }

  /// Hashes all that remains in `bytes`, at least one byte, which are consumed.
  ///
  /// @param counter number of the first chunk, a multiple of `1 << levels`
  /// @param levels how far up: 0 gives the chaining value of each chunk, 4 those of 16 chunks
  /// @return how many chaining values {@link #chains} begins with
  int hash(ByteBuffer bytes, long counter, int levels) {
    int count = chunks(bytes, counter);
    for (int level = 0; level < levels && count > 1; level++) {
      count = reduce(count);
    }
    return count;
  }

  /// The chaining values of the last call, 8 words each.
  int[] chains() {
    return chains;
  }

  /// The top of the subtree of all that remains in `bytes`, which are consumed.
  Node node(ByteBuffer bytes, long counter) {
    if (bytes.remaining() <= Compression.CHUNK_BYTES) {
      return Node.chunk(bytes, counter, key, flags);
    }
    int count = chunks(bytes, counter);
    while (count > 2) {
      count = reduce(count);
    }
    return Node.parent(chains, 0, chains, Compression.CHAIN_WORDS, key, flags);
  }

  private int chunks(ByteBuffer bytes, long counter) {
    int count = 0;
    while (bytes.remaining() >= Compression.CHUNK_BYTES) {
      int whole = Math.min(PIECE_CHUNKS, bytes.remaining() / Compression.CHUNK_BYTES);
      int length = whole * Compression.CHUNK_BYTES;
      bytes
          .slice(bytes.position(), length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asIntBuffer()
          .get(words, 0, whole * Compression.CHUNK_WORDS);
      bytes.position(bytes.position() + length);
      kernel.chunks(
          words, whole, counter + count, key, flags, chains, count * Compression.CHAIN_WORDS);
      count += whole;
    }
    if (bytes.hasRemaining()) {
      int[] chain = Node.chunk(bytes, counter + count, key, flags).chainingValue();
      System.arraycopy(chain, 0, chains, count * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
      count++;
    }
    return count;
  }

  private int reduce(int count) {
    return reduce(kernel, chains, count, key, flags);
  }

  /// One level up, in place: `count` chaining values become `ceil(count / 2)`.
  static int reduce(Kernel kernel, int[] chains, int count, int[] key, int flags) {
    int pairs = count / 2;
    kernel.parents(chains, 0, pairs, key, flags, 0);
    if (count % 2 == 1) {
      System.arraycopy(
          chains,
          (count - 1) * Compression.CHAIN_WORDS,
          chains,
          pairs * Compression.CHAIN_WORDS,
          Compression.CHAIN_WORDS);
    }
    return count - pairs;
  }
}
