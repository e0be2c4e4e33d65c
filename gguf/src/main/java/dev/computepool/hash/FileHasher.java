package dev.computepool.hash;

import dev.computepool.base.ByteRange;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.Workers;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// BLAKE3 of regions of files on several threads.
///
/// Each thread takes the next piece, reads it into a buffer of its own and hashes it: a subtree
/// that depends on no other. Memory does not grow with the file beyond the tree that was asked for.
public final class FileHasher {
  // What a kernel wants at once; it stays in a level-2 cache between the system's copy and ours.
  private static final int PIECE = LaneKernel.LANES * Compression.CHUNK_BYTES;

  private final HashEngine engine;

  public FileHasher(HashEngine engine) {
    this.engine = engine;
  }

  /// The digest of a region.
  ///
  /// @param step is advanced by the bytes read
  /// @throws EOFException if the file ends before the region does
  /// @throws CancelledException if `step` says so
  public Digest digest(FileChannel file, long offset, long length, Progress.Step step)
      throws IOException {
    return tree(file, offset, length, Blake3Tree.MAX_GROUP, step).root();
  }

  /// The tree of a region, in one pass.
  ///
  /// @param groupSize bytes of a group: a power of two from 1 KiB to 1 MiB
  /// @param step is advanced by the bytes read
  /// @throws EOFException if the file ends before the region does
  /// @throws CancelledException if `step` says so
  public Blake3Tree tree(
      FileChannel file, long offset, long length, int groupSize, Progress.Step step)
      throws IOException {
    Blake3Tree.Builder builder = Blake3Tree.builder(length, groupSize, engine);
    new Run(file, offset, new ByteRange(0, length), builder, step).join(engine);
    return builder.build();
  }

  /// Which groups that `range` touches are not what `expected` says. Only these are read.
  ///
  /// @param offset where the input of the tree begins in the file
  /// @param range in that input
  /// @param step is advanced by the bytes read
  /// @throws EOFException if the file ends before the range does
  /// @throws CancelledException if `step` says so
  public List<ByteRange> damaged(
      FileChannel file, long offset, Blake3Tree expected, ByteRange range, Progress.Step step)
      throws IOException {
    ByteRange around = expected.groupsAround(range);
    if (around.length() == 0) {
      return List.of();
    }
    int groupSize = expected.groupSize();
    Blake3Tree.Builder builder = Blake3Tree.builder(expected.length(), groupSize, engine);
    new Run(file, offset, around, builder, step).join(engine);
    return expected.differing(
        builder.groups(),
        (int) (around.start() / groupSize),
        (int) Math.ceilDiv(around.end(), (long) groupSize));
  }

  /// One region being hashed.
  private static final class Run {
    private final FileChannel file;
    private final long offset;
    private final ByteRange range;
    private final Blake3Tree.Builder builder;
    private final Progress.Step step;
    private final AtomicLong next;

    Run(
        FileChannel file,
        long offset,
        ByteRange range,
        Blake3Tree.Builder builder,
        Progress.Step step) {
      this.file = file;
      this.offset = offset;
      this.range = range;
      this.builder = builder;
      this.step = step;
      this.next = new AtomicLong(range.start());
    }

    void join(HashEngine engine) throws IOException {
      long spans = Math.ceilDiv(range.length(), (long) SubtreeHasher.SPAN);
      HashThreads.run(engine, spans, () -> next.get() >= range.end(), this::work);
    }

    private void work(Workers workers) throws IOException {
      Blake3Tree.Builder.Worker worker = builder.worker();
      ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
      long start = next.getAndAdd(SubtreeHasher.SPAN);
      while (start < range.end() && !workers.stopped()) {
        long end = Math.min(start + SubtreeHasher.SPAN, range.end());
        worker.begin(start);
        for (long at = start; at < end; at += buffer.capacity()) {
          buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
          read(buffer, at);
          int length = buffer.flip().remaining();
          worker.add(buffer);
          step.advance(length);
        }
        worker.end();
        start = next.getAndAdd(SubtreeHasher.SPAN);
      }
    }

    private void read(ByteBuffer buffer, long at) throws IOException {
      while (buffer.hasRemaining()) {
        long position = offset + at + buffer.position();
        if (file.read(buffer, position) < 0) {
          throw new EOFException("the file ends at byte " + position);
        }
      }
    }
  }
}
