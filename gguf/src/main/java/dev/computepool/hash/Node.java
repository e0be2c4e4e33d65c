package dev.computepool.hash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A node of the tree while it is still open whether it is the root: the last compression to do.
final class Node {
  private final int[] chain;
  private final int[] block;
  private final long counter;
  private final int length;
  private final int flags;

  /// @param chain the chaining value that goes in, 8 words
  /// @param block the message, 16 words
  /// @param counter number of the chunk, 0 for a parent
  /// @param length bytes of the block that are input
  /// @param flags all but `ROOT`
  private Node(int[] chain, int[] block, long counter, int length, int flags) {
    this.chain = chain;
    this.block = block;
    this.counter = counter;
    this.length = length;
    this.flags = flags;
  }

  /// The parent of two chaining values.
  static Node parent(int[] left, int leftFrom, int[] right, int rightFrom, int[] key, int flags) {
    int[] block = new int[Compression.BLOCK_WORDS];
    System.arraycopy(left, leftFrom, block, 0, Compression.CHAIN_WORDS);
    System.arraycopy(right, rightFrom, block, Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
    return new Node(key, block, 0, Compression.BLOCK_BYTES, flags | Compression.PARENT);
  }

  /// The chunk of all that remains in `bytes`, at most 1024, which are consumed.
  static Node chunk(ByteBuffer bytes, long counter, int[] key, int flags) {
    int[] state = Arrays.copyOf(key, Compression.BLOCK_WORDS);
    int start = Compression.CHUNK_START;
    while (bytes.remaining() > Compression.BLOCK_BYTES) {
      int[] block = block(bytes, Compression.BLOCK_BYTES);
      Compression.compress(state, block, 0, counter, Compression.BLOCK_BYTES, flags | start);
      start = 0;
    }
    int length = bytes.remaining();
    return new Node(
        Arrays.copyOf(state, Compression.CHAIN_WORDS),
        block(bytes, length),
        counter,
        length,
        flags | start | Compression.CHUNK_END);
  }

  private static int[] block(ByteBuffer bytes, int length) {
    byte[] padded = new byte[Compression.BLOCK_BYTES];
    bytes.get(padded, 0, length);
    int[] block = new int[Compression.BLOCK_WORDS];
    ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(block);
    return block;
  }

  /// The chaining value of this node, if it has a parent: the first 8 of 16 words.
  int[] chainingValue() {
    return compressed(counter, flags);
  }

  /// Output of this node, if it is the root, from byte `seek` of its endless stream on.
  void output(long seek, byte[] out, int from, int length) {
    int done = 0;
    while (done < length) {
      long position = seek + done;
      ByteBuffer bytes =
          ByteBuffer.allocate(Compression.BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes
          .asIntBuffer()
          .put(compressed(position / Compression.BLOCK_BYTES, flags | Compression.ROOT));
      int skip = (int) (position % Compression.BLOCK_BYTES);
      int take = Math.min(length - done, Compression.BLOCK_BYTES - skip);
      bytes.get(skip, out, from + done, take);
      done += take;
    }
  }

  /// The digest, if this node is the root.
  Digest root() {
    byte[] bytes = new byte[Digest.BYTES];
    output(0, bytes, 0, bytes.length);
    return Digest.of(bytes);
  }

  private int[] compressed(long at, int withFlags) {
    int[] state = Arrays.copyOf(chain, Compression.BLOCK_WORDS);
    Compression.compress(state, block, 0, at, length, withFlags);
    return state;
  }
}
