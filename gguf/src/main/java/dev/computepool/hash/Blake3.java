package dev.computepool.hash;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// BLAKE3 of a stream: bytes in pieces of any size, the digest at any time.
///
/// Not safe for use by several threads. Reading a digest changes nothing: more may follow.
///
/// @see <a href="https://github.com/BLAKE3-team/BLAKE3-specs/blob/master/blake3.pdf">BLAKE3</a>
public final class Blake3 {
  /// Bytes of a key.
  public static final int KEY_BYTES = 32;

  // The last bytes wait here: only when more follow is it known that they do not hold the root.
  private static final int TAIL = 16 * Compression.CHUNK_BYTES;
  private static final int MAX_DEPTH = 54;

  private final int[] key;
  private final int flags;
  private final SubtreeHasher hasher;
  private final ByteBuffer tail = ByteBuffer.allocate(TAIL);

  // Roots of the complete subtrees on the left, one for each bit of `chunks`, the largest first.
  private final int[] stack = new int[MAX_DEPTH * Compression.CHAIN_WORDS];
  private int depth;
  private long chunks;

  private Blake3(int[] key, int flags, Kernel kernel) {
    this.key = key;
    this.flags = flags;
    this.hasher = new SubtreeHasher(kernel, key, flags);
  }

  /// Begins a plain hash.
  public static Blake3 hasher() {
    return new Blake3(Compression.iv(), 0, new LaneKernel());
  }

  /// Begins a plain hash that computes as `engine` says, on the calling thread.
  public static Blake3 hasher(HashEngine engine) {
    return new Blake3(Compression.iv(), 0, engine.newKernel());
  }

  /// Begins a keyed hash, a message authentication code.
  ///
  /// @throws IllegalArgumentException unless `key` has 32 bytes
  public static Blake3 keyed(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a BLAKE3 key has 32 bytes, not " + key.length);
    }
    return new Blake3(words(key), Compression.KEYED_HASH, new LaneKernel());
  }

  /// Begins the derivation of a key from what is hashed.
  ///
  /// @param context says what the key is for: fixed, unique in the world, no secret
  public static Blake3 deriveKey(String context) {
    Kernel kernel = new LaneKernel();
    Blake3 outer = new Blake3(Compression.iv(), Compression.DERIVE_KEY_CONTEXT, kernel);
    byte[] bytes = context.getBytes(StandardCharsets.UTF_8);
    int[] key = words(outer.update(bytes, 0, bytes.length).digest().bytes());
    return new Blake3(key, Compression.DERIVE_KEY_MATERIAL, kernel);
  }

  /// The plain hash of `bytes`.
  public static Digest hash(byte[] bytes) {
    return hasher().update(bytes, 0, bytes.length).digest();
  }

  private static int[] words(byte[] bytes) {
    int[] words = new int[Compression.CHAIN_WORDS];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  /// Adds `length` bytes.
  public Blake3 update(byte[] bytes, int from, int length) {
    return update(ByteBuffer.wrap(bytes, from, length));
  }

  /// Adds all bytes of `bytes`.
  public Blake3 update(byte[] bytes) {
    return update(ByteBuffer.wrap(bytes));
  }

  /// Adds all bytes of `bytes`.
  public Blake3 update(MemorySegment bytes) {
    long most = 1 << 30;
    for (long at = 0; at < bytes.byteSize(); at += most) {
      update(bytes.asSlice(at, Math.min(most, bytes.byteSize() - at)).asByteBuffer());
    }
    return this;
  }

  /// Adds all that remains in `bytes`, which are consumed.
  public Blake3 update(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (!tail.hasRemaining()) {
        subtree(tail.flip());
        tail.clear();
      }
      if (tail.position() == 0 && bytes.remaining() > TAIL) {
        int length = alignedLength(bytes.remaining() - 1);
        subtree(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
      } else {
        int length = Math.min(tail.remaining(), bytes.remaining());
        tail.put(tail.position(), bytes, bytes.position(), length);
        tail.position(tail.position() + length);
        bytes.position(bytes.position() + length);
      }
    }
    return this;
  }

  /// The largest power of two that `available` bytes hold and that is a subtree here.
  private int alignedLength(int available) {
    int length = Integer.highestOneBit(Math.min(available, SubtreeHasher.SPAN));
    long here = chunks * Compression.CHUNK_BYTES;
    return here == 0 ? length : (int) Math.min(length, Long.lowestOneBit(here));
  }

  private void subtree(ByteBuffer bytes) {
    int count = bytes.remaining() / Compression.CHUNK_BYTES;
    hasher.begin(chunks);
    hasher.add(bytes);
    hasher.end(Integer.numberOfTrailingZeros(count));
    push(hasher.chains());
    chunks += count;
    for (long n = chunks / count; n % 2 == 0; n /= 2) {
      depth -= 2;
      int left = depth * Compression.CHAIN_WORDS;
      push(
          Node.parent(stack, left, stack, left + Compression.CHAIN_WORDS, key, flags)
              .chainingValue());
    }
  }

  private void push(int[] chain) {
    System.arraycopy(chain, 0, stack, depth * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
    depth++;
  }

  private Node top() {
    hasher.begin(chunks);
    hasher.add(tail.duplicate().flip());
    Node top = hasher.endWithTop();
    for (int level = depth - 1; level >= 0; level--) {
      top = Node.parent(stack, level * Compression.CHAIN_WORDS, top.chainingValue(), 0, key, flags);
    }
    return top;
  }

  /// The digest of all bytes so far.
  public Digest digest() {
    return top().root();
  }

  /// Extended output: `length` bytes of the endless stream whose first 32 are the digest.
  ///
  /// @param seek where in that stream to begin
  public void digest(long seek, byte[] out, int from, int length) {
    if (seek < 0) {
      throw new IllegalArgumentException("seek is negative: " + seek);
    }
    top().output(seek, out, from, length);
  }
}
