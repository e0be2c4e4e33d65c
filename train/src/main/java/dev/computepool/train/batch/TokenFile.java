package dev.computepool.train.batch;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.hash.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/// Encoded examples in a file, so that a dataset need not fit into memory.
///
/// All numbers are little-endian: the tokens of all examples one after the other as 32 bits each,
/// then for each example where its tokens end (64 bits, in tokens) and its source (64 bits), then
/// the tail: magic, tokens, examples, examples that were cut (64 bits each) and the key (32
/// bytes).
/// It is a cache of ours, not a format for others: {@link #open} takes no file but one with the
/// key that is asked for.
public final class TokenFile implements Closeable {
  private static final long MAGIC = 0x31_4E_45_4B_4F_54_50_43L; // CPTOKEN1
  private static final int KEY = 32;
  private static final int TAIL = 4 * Long.BYTES + KEY;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final MemorySegment bytes;
  private final long tokens;
  private final int examples;
  private final long cut;

  private TokenFile(Arena arena, MemorySegment bytes, long tokens, int examples, long cut) {
    this.arena = arena;
    this.bytes = bytes;
    this.tokens = tokens;
    this.examples = examples;
    this.cut = cut;
  }

  /// Opens a file that was made with this key; nothing if there is none, or one with another.
  public static Optional<TokenFile> open(Path file, Digest key) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long tail = bytes.byteSize() - TAIL;
      if (tail < 0 || bytes.get(LONG, tail) != MAGIC) {
        return Optional.empty();
      }
      long tokens = bytes.get(LONG, tail + 8);
      long examples = bytes.get(LONG, tail + 16);
      byte[] made = bytes.asSlice(tail + 32, KEY).toArray(ValueLayout.JAVA_BYTE);
      boolean whole =
          tokens >= 0
              && tokens <= tail / Integer.BYTES
              && examples >= 0
              && examples <= Integer.MAX_VALUE
              && tokens * Integer.BYTES + examples * 2 * Long.BYTES == tail;
      if (!Arrays.equals(made, key.bytes())) {
        return Optional.empty();
      }
      if (!whole) {
        throw new FormatException(
            file.toString(), new Problem("", "is damaged; delete it, and it is made again"));
      }
      opened = true;
      return Optional.of(
          new TokenFile(arena, bytes, tokens, (int) examples, bytes.get(LONG, tail + 24)));
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /// How many examples there are.
  public int examples() {
    return examples;
  }

  /// Tokens of all examples.
  public long tokens() {
    return tokens;
  }

  /// Examples that were longer and are cut off.
  public long cut() {
    return cut;
  }

  /// Tokens of one example.
  public int length(int example) {
    return Math.toIntExact(end(example) - start(example));
  }

  /// What examples of the same source have in common.
  public long source(int example) {
    return bytes.get(LONG, index(example) + Long.BYTES);
  }

  /// A token as {@link EncodedExample} packs it.
  int packed(int example, int position) {
    return bytes.get(INT, (start(example) + position) * Integer.BYTES);
  }

  private long start(int example) {
    return example == 0 ? 0 : end(example - 1);
  }

  private long end(int example) {
    return bytes.get(LONG, index(example));
  }

  private long index(int example) {
    if (example < 0 || example >= examples) {
      throw new IndexOutOfBoundsException("example %d of %d".formatted(example, examples));
    }
    return tokens * Integer.BYTES + example * 2L * Long.BYTES;
  }

  @Override
  public void close() {
    arena.close();
  }

  /// Makes such a file.
  public static final class Writer implements Closeable {
    private final AtomicFile file;
    private final ByteBuffer buffer =
        ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private long[] index = new long[1024];
    private int examples;
    private long tokens;
    private long cut;

    private Writer(AtomicFile file) {
      this.file = file;
    }

    /// Begins a file, in place of one that may be there.
    public static Writer open(Path file) throws IOException {
      return new Writer(AtomicFile.replace(file));
    }

    /// Adds an example.
    public void add(EncodedExample.Usable example) throws IOException {
      for (int token : example.tokens()) {
        room(Integer.BYTES).putInt(token);
      }
      tokens += example.tokens().length;
      cut += example.cut() ? 1 : 0;
      if (index.length < 2 * (examples + 1)) {
        index = Arrays.copyOf(index, Math.multiplyExact(index.length, 2));
      }
      index[2 * examples] = tokens;
      index[2 * examples + 1] = example.source();
      examples++;
    }

    /// Examples that were added.
    public int examples() {
      return examples;
    }

    /// Makes the file appear.
    public void commit(Digest key) throws IOException {
      for (int i = 0; i < 2 * examples; i++) {
        room(Long.BYTES).putLong(index[i]);
      }
      room(TAIL).putLong(MAGIC).putLong(tokens).putLong(examples).putLong(cut).put(key.bytes());
      file.write(buffer.flip());
      file.commit();
    }

    private ByteBuffer room(int bytes) throws IOException {
      if (buffer.remaining() < bytes) {
        file.write(buffer.flip());
        buffer.clear();
      }
      return buffer;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
