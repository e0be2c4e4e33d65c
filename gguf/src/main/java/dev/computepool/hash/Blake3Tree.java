package dev.computepool.hash;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The BLAKE3 tree of one input down to groups of chunks: proves any range of it alone.
///
/// Stored as Bao does, "outboard": the length as 8 bytes little-endian, then for each parent the
/// chaining values of its two children, 64 bytes, in pre-order; what lies inside a group is left
/// out. The root is stored nowhere: who reads a tree must know it, and a tree that was read is
/// proved by it.
///
/// An input of one group has no parents; its "group" is then the root itself.
///
/// @see <a href="https://github.com/oconnor663/bao/blob/master/docs/spec.md">Bao specification</a>
public final class Blake3Tree {
  /// Bytes of a group where the caller has no wish: 1/256 of the input goes to the tree.
  public static final int DEFAULT_GROUP = 16 << 10;

  /// The largest group, in bytes.
  public static final int MAX_GROUP = 1 << 20;

  private static final int HEADER_BYTES = Long.BYTES;
  private static final int PAIR_BYTES = Compression.BLOCK_BYTES;
  private static final int BUFFER = 1024 * PAIR_BYTES;

  private final Digest root;
  private final long length;
  private final int groupSize;
  private final int[] groups;

  private Blake3Tree(Digest root, long length, int groupSize, int[] groups) {
    this.root = root;
    this.length = length;
    this.groupSize = groupSize;
    this.groups = groups;
  }

  /// Begins the tree of an input whose groups arrive in any order, on any number of threads.
  ///
  /// @param length bytes of the input
  /// @param groupSize bytes of a group: a power of two from 1 KiB to 1 MiB
  public static Builder builder(long length, int groupSize, HashEngine engine) {
    return new Builder(length, groupSize, engine);
  }

  /// The BLAKE3 digest of the input.
  public Digest root() {
    return root;
  }

  /// Bytes of the input.
  public long length() {
    return length;
  }

  /// Bytes of a group; the last may be shorter.
  public int groupSize() {
    return groupSize;
  }

  /// Number of groups, at least one.
  public int groupCount() {
    return groups.length / Compression.CHAIN_WORDS;
  }

  /// Bytes of the tree in a file.
  public static long storedBytes(long length, int groupSize) {
    return HEADER_BYTES + (groupCount(length, groupSize) - 1L) * PAIR_BYTES;
  }

  /// Where this tree and that of other bytes differ: whole groups, merged, clipped to the length.
  ///
  /// @throws IllegalArgumentException if the two differ in length or group size
  public List<ByteRange> damaged(Blake3Tree actual) {
    requireAlike(actual.length, actual.groupSize);
    return differing(actual.groups, 0, groupCount());
  }

  private void requireAlike(long otherLength, int otherGroupSize) {
    if (length != otherLength || groupSize != otherGroupSize) {
      throw new IllegalArgumentException(
          "trees of %d and %d bytes in groups of %d and %d have nothing in common"
              .formatted(length, otherLength, groupSize, otherGroupSize));
    }
  }

  /// Which of the groups `[first, end)` have other chaining values than those in `actual`.
  List<ByteRange> differing(int[] actual, int first, int end) {
    List<ByteRange> ranges = new ArrayList<>();
    for (int group = first; group < end; group++) {
      int from = group * Compression.CHAIN_WORDS;
      int to = from + Compression.CHAIN_WORDS;
      if (!Arrays.equals(groups, from, to, actual, from, to)) {
        long start = (long) group * groupSize;
        ranges.add(new ByteRange(start, Math.min(length, start + groupSize)));
      }
    }
    return ByteRange.merged(ranges);
  }

  /// The whole groups that `range` touches, clipped to the length; nothing if it is empty.
  ///
  /// @throws IllegalArgumentException if `range` reaches past the end
  public ByteRange groupsAround(ByteRange range) {
    if (range.end() > length) {
      throw new IllegalArgumentException(range + " reaches past the end, byte " + length);
    }
    if (range.length() == 0) {
      return range;
    }
    long start = range.start() - range.start() % groupSize;
    long end = Math.min(length, Math.ceilDiv(range.end(), (long) groupSize) * groupSize);
    return new ByteRange(start, end);
  }

  /// Stores the tree under `target`, in place of what was there.
  public void write(Path target) throws IOException {
    try (AtomicFile file = AtomicFile.replace(target)) {
      write(file.channel());
      file.commit();
    }
  }

  /// Writes the tree as it is stored.
  public void write(WritableByteChannel channel) throws IOException {
    int count = groupCount();
    int[] parents = new int[count * Compression.CHAIN_WORDS];
    fold(0, count, parents, 0);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(length);
    writePairs(0, count, parents, 0, buffer, channel);
    drain(buffer, channel);
  }

  /// Fills in the chaining values of the parents over `count` groups, in pre-order from `at` on.
  private void fold(int first, int count, int[] parents, int at) {
    if (count == 1) {
      return;
    }
    int left = Integer.highestOneBit(count - 1);
    fold(first, left, parents, at + 1);
    fold(first + left, count - left, parents, at + left);
    int[] chain =
        Node.parent(
                left == 1 ? groups : parents,
                (left == 1 ? first : at + 1) * Compression.CHAIN_WORDS,
                count - left == 1 ? groups : parents,
                (count - left == 1 ? first + left : at + left) * Compression.CHAIN_WORDS,
                Compression.iv(),
                0)
            .chainingValue();
    System.arraycopy(chain, 0, parents, at * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
  }

  private void writePairs(
      int first, int count, int[] parents, int at, ByteBuffer buffer, WritableByteChannel channel)
      throws IOException {
    if (count == 1) {
      return;
    }
    int left = Integer.highestOneBit(count - 1);
    if (buffer.remaining() < PAIR_BYTES) {
      drain(buffer, channel);
    }
    putChain(buffer, left == 1 ? groups : parents, left == 1 ? first : at + 1);
    putChain(
        buffer, count - left == 1 ? groups : parents, count - left == 1 ? first + left : at + left);
    writePairs(first, left, parents, at + 1, buffer, channel);
    writePairs(first + left, count - left, parents, at + left, buffer, channel);
  }

  private static void putChain(ByteBuffer buffer, int[] chains, int index) {
    buffer.asIntBuffer().put(chains, index * Compression.CHAIN_WORDS, Compression.CHAIN_WORDS);
    buffer.position(buffer.position() + Digest.BYTES);
  }

  private static void drain(ByteBuffer buffer, WritableByteChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /// Reads a stored tree and proves it: every parent is hashed up to the root.
  ///
  /// @param root digest of the input
  /// @param length bytes of the input
  /// @param groupSize bytes of a group, which the file does not tell
  /// @throws HashTreeException if the file is not the tree of that input
  public static Blake3Tree read(Path file, Digest root, long length, int groupSize)
      throws IOException {
    int count = groupCount(length, groupSize);
    try (FileChannel channel = FileChannel.open(file)) {
      long expected = storedBytes(length, groupSize);
      if (channel.size() != expected) {
        throw new HashTreeException(
            file.toString(),
            new Problem(
                "",
                "hash tree has %d bytes, not the %d of an input of %d bytes in groups of %d"
                    .formatted(channel.size(), expected, length, groupSize)));
      }
      Reader reader = new Reader(file.toString(), channel, expected);
      long stored = reader.next(HEADER_BYTES).getLong();
      if (stored != length) {
        throw new HashTreeException(
            file.toString(),
            Problem.atByte(0, "hash tree is of %d bytes, not of %d".formatted(stored, length)));
      }
      int[] groups = new int[count * Compression.CHAIN_WORDS];
      int[] rootWords = words(root);
      if (count == 1) {
        System.arraycopy(rootWords, 0, groups, 0, groups.length);
      } else {
        reader.prove(rootWords, count, groups);
      }
      return new Blake3Tree(root, length, groupSize, groups);
    }
  }

  private static int[] words(Digest digest) {
    int[] words = new int[Compression.CHAIN_WORDS];
    ByteBuffer.wrap(digest.bytes()).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  private static Digest digest(int[] words) {
    ByteBuffer bytes = ByteBuffer.allocate(Digest.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(words, 0, Compression.CHAIN_WORDS);
    return Digest.of(bytes.array());
  }

  private static int groupCount(long length, int groupSize) {
    if (length < 0) {
      throw new IllegalArgumentException("length is negative: " + length);
    }
    if (groupSize < Compression.CHUNK_BYTES
        || groupSize > MAX_GROUP
        || Integer.bitCount(groupSize) != 1) {
      throw new IllegalArgumentException(
          "group size must be a power of two from %d to %d, not %d"
              .formatted(Compression.CHUNK_BYTES, MAX_GROUP, groupSize));
    }
    long count = Math.max(1, Math.ceilDiv(length, (long) groupSize));
    if (count > Integer.MAX_VALUE / Compression.BLOCK_WORDS) {
      throw new IllegalArgumentException(
          "%d bytes in groups of %d are too many groups".formatted(length, groupSize));
    }
    return (int) count;
  }

  /// Reads pairs in the order in which they are stored and compares each with its parent.
  private static final class Reader {
    private final String file;
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final int[] state = new int[Compression.BLOCK_WORDS];
    // Two chaining values for each level on the way down: there are at most 31.
    private final int[] pairs = new int[Integer.SIZE * Compression.BLOCK_WORDS];

    Reader(String file, FileChannel channel, long expected) {
      this.file = file;
      this.channel = channel;
      this.buffer =
          ByteBuffer.allocate((int) Math.min(BUFFER, expected))
              .order(ByteOrder.LITTLE_ENDIAN)
              .limit(0);
    }

    ByteBuffer next(int bytes) throws IOException {
      while (buffer.remaining() < bytes) {
        buffer.compact();
        int read = channel.read(buffer);
        buffer.flip();
        if (read < 0) {
          throw new HashTreeException(
              file, Problem.atByte(channel.position(), "hash tree ends here"));
        }
      }
      return buffer;
    }

    /// Proves the node at the root, and all below it.
    void prove(int[] root, int count, int[] groups) throws IOException {
      prove(0, count, root, 0, 0, groups);
    }

    private void prove(int first, int count, int[] parents, int parent, int depth, int[] groups)
        throws IOException {
      ByteBuffer stored = next(PAIR_BYTES);
      long at = channel.position() - stored.remaining();
      int pair = depth * Compression.BLOCK_WORDS;
      for (int word = 0; word < Compression.BLOCK_WORDS; word++) {
        pairs[pair + word] = stored.getInt();
      }
      int flags = depth == 0 ? Compression.ROOT : 0;
      System.arraycopy(Compression.iv(), 0, state, 0, Compression.CHAIN_WORDS);
      Compression.compress(
          state, pairs, pair, 0, Compression.BLOCK_BYTES, flags | Compression.PARENT);
      int words = Compression.CHAIN_WORDS;
      if (!Arrays.equals(state, 0, words, parents, parent, parent + words)) {
        throw new HashTreeException(
            file,
            Problem.atByte(
                at,
                flags == 0
                    ? "hash tree is damaged: these two hashes do not give that of their parent"
                    : "hash tree is damaged or of another file: its root is not the one expected"));
      }
      int left = Integer.highestOneBit(count - 1);
      child(first, left, pair, depth, groups);
      child(first + left, count - left, pair + words, depth, groups);
    }

    private void child(int first, int count, int chain, int depth, int[] groups)
        throws IOException {
      int words = Compression.CHAIN_WORDS;
      if (count == 1) {
        System.arraycopy(pairs, chain, groups, first * words, words);
      } else {
        prove(first, count, pairs, chain, depth + 1, groups);
      }
    }
  }

  /// Collects the groups of a tree, in any order.
  public static final class Builder {
    private final long length;
    private final int groupSize;
    private final HashEngine engine;
    private final int[] groups;
    private final boolean[] done;

    private Builder(long length, int groupSize, HashEngine engine) {
      int count = groupCount(length, groupSize);
      this.length = length;
      this.groupSize = groupSize;
      this.engine = engine;
      this.groups = new int[count * Compression.CHAIN_WORDS];
      this.done = new boolean[count];
      if (length == 0) {
        put(Node.chunk(ByteBuffer.allocate(0), 0, Compression.iv(), 0));
      }
    }

    /// The part of one thread. Different workers may hash different groups at the same time.
    public Worker worker() {
      return new Worker();
    }

    int[] groups() {
      return groups;
    }

    /// Where the groups that were hashed so far are not those of `expected`.
    ///
    /// @throws IllegalArgumentException if the two differ in length or group size
    public List<ByteRange> differing(Blake3Tree expected) {
      expected.requireAlike(length, groupSize);
      List<ByteRange> ranges = new ArrayList<>();
      for (int group = 0; group < done.length; group++) {
        if (done[group]) {
          ranges.addAll(expected.differing(groups, group, group + 1));
        }
      }
      return ByteRange.merged(ranges);
    }

    /// The tree, when the workers' threads have ended.
    ///
    /// @throws IllegalStateException if a group was never hashed
    public Blake3Tree build() {
      for (int group = 0; group < done.length; group++) {
        if (!done[group]) {
          throw new IllegalStateException("group " + group + " was not hashed");
        }
      }
      int[] chains = groups.clone();
      int count = done.length;
      if (count == 1) {
        return new Blake3Tree(digest(groups), length, groupSize, chains);
      }
      Kernel kernel = engine.newKernel();
      while (count > 2) {
        count = SubtreeHasher.reduce(kernel, chains, count, Compression.iv(), 0);
      }
      Digest root =
          Node.parent(chains, 0, chains, Compression.CHAIN_WORDS, Compression.iv(), 0).root();
      return new Blake3Tree(root, length, groupSize, groups.clone());
    }

    /// Hashes runs of groups on one thread, each in pieces of any size.
    public final class Worker {
      private final SubtreeHasher hasher =
          new SubtreeHasher(engine.newKernel(), Compression.iv(), 0);
      private long start;
      private long position;

      private Worker() {}

      /// Begins a run.
      ///
      /// @param at where it begins in the input, with a group
      /// @throws IllegalArgumentException if no group begins there
      public void begin(long at) {
        if (at < 0 || at > length || at % groupSize != 0) {
          throw new IllegalArgumentException("no group begins at byte " + at);
        }
        beginSpan(at);
      }

      /// Adds all that remains in `bytes`, which are consumed.
      ///
      /// @throws IllegalArgumentException if that is more than the input has
      public void add(ByteBuffer bytes) {
        if (bytes.remaining() > length - position) {
          throw new IllegalArgumentException(
              "%d bytes at byte %d of %d".formatted(bytes.remaining(), position, length));
        }
        int limit = bytes.limit();
        while (bytes.hasRemaining()) {
          int room = (int) Math.min(bytes.remaining(), start + SubtreeHasher.SPAN - position);
          bytes.limit(bytes.position() + room);
          hasher.add(bytes);
          bytes.limit(limit);
          position += room;
          if (position == start + SubtreeHasher.SPAN) {
            endSpan();
            beginSpan(position);
          }
        }
      }

      /// Ends the run.
      ///
      /// @throws IllegalArgumentException unless it ended with a group
      public void end() {
        if (position % groupSize != 0 && position != length) {
          throw new IllegalArgumentException("no group ends at byte " + position);
        }
        if (position > start) {
          endSpan();
        }
      }

      private void beginSpan(long at) {
        start = at;
        position = at;
        hasher.begin(at / Compression.CHUNK_BYTES);
      }

      private void endSpan() {
        if (done.length == 1) {
          put(hasher.endWithTop());
          return;
        }
        int levels = Integer.numberOfTrailingZeros(groupSize / Compression.CHUNK_BYTES);
        int count = hasher.end(levels);
        int group = (int) (start / groupSize);
        System.arraycopy(
            hasher.chains(),
            0,
            groups,
            group * Compression.CHAIN_WORDS,
            count * Compression.CHAIN_WORDS);
        Arrays.fill(done, group, group + count, true);
      }
    }

    private void put(Node only) {
      System.arraycopy(words(only.root()), 0, groups, 0, Compression.CHAIN_WORDS);
      done[0] = true;
    }
  }
}
