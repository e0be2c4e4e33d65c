package dev.computepool.hash;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Hashes spans of an input, each a subtree of it: the work of one thread.
///
/// In the tree of BLAKE3 a left child holds the largest power of two of chunks that leaves at least
/// one byte for its sibling. So pairing the chaining values of a level from the left, and carrying
/// an odd last one up as it is, gives the same tree; and a span that begins at a multiple of its
/// own size is a subtree, whatever follows it.
///
/// Parents are hashed when the span ends, because a kernel is fast only with hundreds at once.
final class SubtreeHasher {
  /// Bytes of a span where the caller has no wish: enough for its parents to fill the lanes too.
  static final int SPAN = 2 << 20;

  private final Kernel kernel;
  private final int[] key;
  private final int flags;

  // A chunk that is not full, or may be the only one: that is hashed in another way.
  private final ByteBuffer last = ByteBuffer.allocate(Compression.CHUNK_BYTES);
  private int[] chains = {};
  private long counter;
  private int count;

  SubtreeHasher(Kernel kernel, int[] key, int flags) {
    this.kernel = kernel;
    this.key = key;
    this.flags = flags;
  }

  /// Begins a span.
  ///
  /// @param first number of its first chunk
  void begin(long first) {
    counter = first;
    count = 0;
    last.clear();
  }

  /// Adds all that remains in `bytes`, which are consumed.
  void add(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      boolean maybeAlone = count == 0 && bytes.remaining() == Compression.CHUNK_BYTES;
      if (last.position() == 0 && bytes.remaining() >= Compression.CHUNK_BYTES && !maybeAlone) {
        chunks(bytes, bytes.remaining() / Compression.CHUNK_BYTES);
        continue;
      }
      int length = Math.min(last.remaining(), bytes.remaining());
      last.put(last.position(), bytes, bytes.position(), length);
      last.position(last.position() + length);
      bytes.position(bytes.position() + length);
      if (!last.hasRemaining() && (count > 0 || bytes.hasRemaining())) {
        chunks(last.flip(), 1);
        last.clear();
      }
    }
  }

  /// Ends the span, of at least one byte.
  ///
  /// @param levels how far up: 0 gives the chaining value of each chunk, 4 those of 16 chunks
  /// @return how many chaining values {@link #chains} begins with
  int end(int levels) {
    if (last.position() > 0) {
      reserve(count + 1);
      int[] chain = lastChunk().chainingValue();
      System.arraycopy(chain, 0, chains, count * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
      count++;
    }
    for (int level = 0; level < levels && count > 1; level++) {
      count = reduce(kernel, chains, count, key, flags);
    }
    return count;
  }

  /// Ends the span with its top.
  Node endWithTop() {
    if (count == 0) {
      return lastChunk();
    }
    end(0);
    while (count > 2) {
      count = reduce(kernel, chains, count, key, flags);
    }
    return Node.parent(chains, 0, chains, Compression.CHAIN_WORDS, key, flags);
  }

  /// The chaining values of the span that ended, 8 words each.
  int[] chains() {
    return chains;
  }

  /// One level up, in place: `count` chaining values become `ceil(count / 2)`.
  static int reduce(Kernel kernel, int[] chains, int count, int[] key, int flags) {
    int pairs = count / 2;
    kernel.parents(chains, pairs, key, flags);
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

  private void chunks(ByteBuffer bytes, int whole) {
    reserve(count + whole);
    kernel.chunks(
        bytes, whole, counter + count, key, flags, chains, count * Compression.CHAIN_WORDS);
    count += whole;
  }

  private void reserve(int chunks) {
    int length = chunks * Compression.CHAIN_WORDS;
    if (chains.length < length) {
      chains = Arrays.copyOf(chains, Math.max(length, 2 * chains.length));
    }
  }

  private Node lastChunk() {
    return Node.chunk(last.flip(), counter + count, key, flags);
  }
}
