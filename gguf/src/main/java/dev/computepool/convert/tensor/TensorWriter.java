package dev.computepool.convert.tensor;

import dev.computepool.base.Progress;
import dev.computepool.base.Workers;
import dev.computepool.gguf.GgmlType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes tensors to their places, a chunk at a time on each thread, in memory that does not grow
/// with the model.
///
/// Chunks go to their own positions, so the threads need not wait for each other. What stays as it
/// is goes from the mapped source to the file without a copy in between.
public final class TensorWriter {
  /// Elements of a chunk: a multiple of every block, and small enough to stay in the second cache
  /// while it is read, converted and written.
  static final int CHUNK = 1 << 18;

  /// Bytes of a chunk of what stays as it is: it is read once, so it need not stay in a cache, and
  /// the file is not handed from thread to thread too often.
  static final int RUN = 4 << 20;

  /// Bytes of a write. For larger ones the kernel takes larger pieces of memory for its cache, and
  /// a virtual machine has more often to get these back from its host first.
  private static final int WRITE = 128 << 10;

  private final int threads;

  /// @param threads how many work at once
  public TensorWriter(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    this.threads = threads;
  }

  /// Writes all of them.
  ///
  /// @param progress advances by the bytes written
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public void write(List<Placed> tensors, Progress.Step progress) throws IOException {
    Queue queue = new Queue(tensors);
    try (WriteBehind behind = new WriteBehind()) {
      Workers.run("tensors", threads, workers -> work(queue, workers, behind, progress));
    }
  }

  private static void work(Queue queue, Workers workers, WriteBehind behind, Progress.Step progress)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Scratch scratch = new Scratch(arena);
      for (Chunk chunk = queue.take(); chunk != null && !workers.stopped(); chunk = queue.take()) {
        long bytes = write(chunk, scratch);
        long from = chunk.placed.position() + chunk.placed.bytes(chunk.first);
        behind.written(chunk.placed.file(), from, from + bytes);
        progress.advance(bytes);
      }
    }
  }

  private static long write(Chunk chunk, Scratch scratch) throws IOException {
    Placed placed = chunk.placed;
    MemorySegment source = placed.tensor().contiguous(chunk.first, chunk.count);
    if (source != null && placed.staysAsItIs(source, chunk.count)) {
      writeAll(placed.file(), source, placed.position() + placed.bytes(chunk.first));
      return source.byteSize();
    }
    long written = 0;
    for (int at = 0; at < chunk.count; at += CHUNK) {
      long first = chunk.first + at;
      MemorySegment bytes = compute(placed, first, Math.min(CHUNK, chunk.count - at), scratch);
      writeAll(placed.file(), bytes, placed.position() + placed.bytes(first));
      written += bytes.byteSize();
    }
    return written;
  }

  private static MemorySegment compute(Placed placed, long first, int count, Scratch scratch) {
    Dense tensor = placed.tensor();
    GgmlType type = placed.type();
    MemorySegment source = tensor.contiguous(first, count);
    if (source == null) {
      source = scratch.gathered.asSlice(0, (long) count * Dense.bytes(tensor.dtype()));
      tensor.read(first, count, source);
    }
    if (type == null || placed.staysAsItIs(source, count)) {
      return source;
    }
    Decoder.decode(tensor.dtype(), source, scratch.numbers, count);
    MemorySegment encoded = scratch.encoded.asSlice(0, type.bytesFor(count));
    Encoder.encode(type, scratch.numbers, count, encoded);
    return encoded;
  }

  private static void writeAll(FileChannel file, MemorySegment bytes, long position)
      throws IOException {
    ByteBuffer buffer = bytes.asByteBuffer();
    synchronized (file) { // the kernel lets one write to a file at a time, and has the others spin
      while (buffer.position() < bytes.byteSize()) {
        buffer.limit((int) Math.min(bytes.byteSize(), buffer.position() + WRITE));
        file.write(buffer, position + buffer.position());
      }
    }
  }

  private record Chunk(Placed placed, long first, int count) {}

  /// What one thread works in.
  private static final class Scratch {
    final float[] numbers = new float[CHUNK];
    final MemorySegment gathered;
    final MemorySegment encoded;

    Scratch(Arena arena) {
      gathered = arena.allocate((long) CHUNK * Long.BYTES, 64);
      encoded = arena.allocate((long) CHUNK * Float.BYTES, 64);
    }
  }

  /// Hands the chunks out in the order of the files.
  private static final class Queue {
    private final List<Placed> tensors;
    private int current;
    private long next; // element of the current tensor

    Queue(List<Placed> tensors) {
      this.tensors = tensors;
    }

    synchronized @Nullable Chunk take() {
      while (current < tensors.size()) {
        Placed placed = tensors.get(current);
        long elements = placed.tensor().elements();
        if (next < elements) {
          int most = placed.mayStayAsItIs() ? RUN / Dense.bytes(placed.tensor().dtype()) : CHUNK;
          int count = (int) Math.min(most, elements - next);
          Chunk chunk = new Chunk(placed, next, count);
          next += count;
          return chunk;
        }
        current++;
        next = 0;
      }
      return null;
    }
  }
}
