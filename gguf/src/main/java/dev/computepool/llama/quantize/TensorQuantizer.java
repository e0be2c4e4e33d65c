package dev.computepool.llama.quantize;

import dev.computepool.base.FileRanges;
import dev.computepool.base.Progress;
import dev.computepool.base.Workers;
import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.RowQuantizer;
import dev.computepool.llama.quantize.UnquantizableException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the tensors of a quantized model.
///
/// Each of several threads takes some rows, reads them, has ggml make of them what they become, and
/// writes that where it belongs. So one reads or writes while another computes, and only a few MiB
/// of the model are in memory for each.
final class TensorQuantizer implements Closeable {
  /// Weights that are best taken at once: their floats, 1 MiB, stay in the cache of a core.
  static final int PIECE = 1 << 18;

  private static final long TELL_NANOS = 100_000_000;

  private final RowQuantizer ggml;
  private final List<TensorWork> tensors;
  private final Map<String, float[]> importance;
  private final int piece;
  private final List<OpenFile> sources = new ArrayList<>();
  private final List<OpenFile> targets = new ArrayList<>();

  // Guarded by this: what is next, and what the progress has not been told.
  private int tensor;
  private long element;
  private long untold;
  private long told = System.nanoTime();

  /// Opens the files.
  ///
  /// @param targets that have their headers already
  /// @param importance for each tensor that has any, that of the columns of every expert
  /// @param piece weights that are taken at once, or one row if that has more; a multiple of 256,
  ///     as are all blocks
  TensorQuantizer(
      RowQuantizer ggml,
      List<Path> sources,
      List<Path> targets,
      List<TensorWork> tensors,
      Map<String, float[]> importance,
      int piece)
      throws IOException {
    this.ggml = ggml;
    this.tensors = tensors;
    this.importance = importance;
    this.piece = piece;
    boolean opened = false;
    try {
      for (Path source : sources) {
        this.sources.add(OpenFile.of(source, StandardOpenOption.READ));
      }
      for (Path target : targets) {
        this.targets.add(OpenFile.of(target, StandardOpenOption.WRITE));
      }
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  /// Some weights of one tensor: whole rows of what is computed, whole blocks of what is copied.
  private record Piece(TensorWork tensor, long element, long elements) {
    boolean isLast() {
      return element + elements == tensor.columns() * tensor.rows();
    }
  }

  private record OpenFile(Path path, FileChannel channel) {
    static OpenFile of(Path path, OpenOption option) throws IOException {
      return new OpenFile(path, FileChannel.open(path, option));
    }

    void read(MemorySegment memory, long position) throws IOException {
      long done = 0;
      while (done < memory.byteSize()) {
        int count = channel.read(at(memory, done), position + done);
        if (count < 0) {
          throw FileRanges.cut(path, position + done, position + memory.byteSize());
        }
        done += count;
      }
    }

    void write(MemorySegment memory, long position) throws IOException {
      try {
        long done = 0;
        while (done < memory.byteSize()) {
          done += channel.write(at(memory, done), position + done);
        }
      } catch (IOException e) {
        FileSystemException named = new FileSystemException(path.toString(), null, e.getMessage());
        named.initCause(e);
        throw named;
      }
    }

    /// A row may be longer than a buffer can be.
    private static ByteBuffer at(MemorySegment memory, long offset) {
      return memory.asSlice(offset, Math.min(memory.byteSize() - offset, 1 << 30)).asByteBuffer();
    }
  }

  /// Writes all of them.
  ///
  /// @param step receives the bytes of the source
  /// @throws UnquantizableException if weights are no numbers, or are none any more as what they
  ///     become, or are of a type that ggml makes no floats of
  void run(int threads, Progress.Step step) throws IOException {
    for (TensorWork work : tensors) {
      if (work.changes() && !ggml.reads(work.from())) {
        throw new UnquantizableException(
            Reason.SOURCE_TYPE,
            "%s: %s is %s, which llama.cpp cannot quantize"
                .formatted(sources.get(work.source()).path, work.name(), work.from()));
      }
    }
    Workers.run(
        "quantizing",
        threads,
        workers -> {
          try (Arena arena = Arena.ofConfined()) {
            Buffers buffers = new Buffers(arena);
            for (Piece piece = next(); piece != null && !workers.stopped(); piece = next()) {
              write(piece, buffers);
              tell(piece.tensor.from().bytesFor(piece.elements), step);
            }
          }
        });
    step.advance(untold);
  }

  private synchronized @Nullable Piece next() {
    while (tensor < tensors.size()) {
      TensorWork work = tensors.get(tensor);
      long all = work.columns() * work.rows();
      if (element < all) {
        long elements = Math.min(largest(work), all - element);
        if (work.changes()) {
          // The next expert's importance is another.
          long expert = work.columns() * work.rowsOfExpert();
          elements = Math.min(elements, expert - element % expert);
        }
        Piece piece = new Piece(work, element, elements);
        element += elements;
        return piece;
      }
      tensor++;
      element = 0;
    }
    return null;
  }

  private long largest(TensorWork work) {
    return work.changes() ? Math.max(1, piece / work.columns()) * work.columns() : piece;
  }

  private synchronized void tell(long bytes, Progress.Step step) throws IOException {
    untold += bytes;
    long now = System.nanoTime();
    if (now - told >= TELL_NANOS) {
      told = now;
      step.advance(untold);
      untold = 0;
    }
  }

  private void write(Piece piece, Buffers buffers) throws IOException {
    TensorWork work = piece.tensor;
    OpenFile source = sources.get(work.source());
    MemorySegment weights = buffers.weights.asSlice(0, work.from().bytesFor(piece.elements));
    source.read(weights, work.sourceOffset() + work.from().bytesFor(piece.element));
    if (!ggml.isValid(work.from(), weights)) {
      throw new UnquantizableException(
          Reason.NOT_FINITE,
          "%s: %s has values that are no finite numbers".formatted(source.path, work.name()));
    }
    MemorySegment memory = buffers.weights;
    if (work.changes()) {
      memory = buffers.result;
      quantize(piece, weights, buffers);
    }
    long bytes = work.to().bytesFor(piece.elements);
    if (piece.isLast()) {
      memory.asSlice(bytes, work.padding()).fill((byte) 0);
      bytes += work.padding();
    }
    targets
        .get(work.target())
        .write(memory.asSlice(0, bytes), work.targetOffset() + work.to().bytesFor(piece.element));
  }

  private void quantize(Piece piece, MemorySegment weights, Buffers buffers) throws IOException {
    TensorWork work = piece.tensor;
    MemorySegment floats = weights;
    if (work.from() != GgmlType.F32) {
      floats = buffers.floats.asSlice(0, piece.elements * Float.BYTES);
      ggml.toFloats(work.from(), weights, floats);
    }
    long rows = piece.elements / work.columns();
    MemorySegment result = buffers.result.asSlice(0, work.to().bytesFor(piece.elements));
    ggml.quantize(floats, work.to(), result, rows, work.columns(), importance(piece, buffers));
    if (!ggml.isValid(work.to(), result)) {
      throw new UnquantizableException(
          Reason.TOO_LARGE,
          "%s: %s has values that %s cannot hold"
              .formatted(sources.get(work.source()).path, work.name(), work.to()));
    }
  }

  private @Nullable MemorySegment importance(Piece piece, Buffers buffers) {
    TensorWork work = piece.tensor;
    if (work.importance() == null) {
      return null;
    }
    float[] all = importance.get(work.importance());
    if (all == null) {
      throw new IllegalArgumentException("no importance for " + work.importance());
    }
    long expert = piece.element / (work.columns() * work.rowsOfExpert());
    int columns = Math.toIntExact(work.columns());
    MemorySegment.copy(
        all,
        Math.toIntExact(expert * columns),
        buffers.importance,
        ValueLayout.JAVA_FLOAT,
        0,
        columns);
    return buffers.importance;
  }

  /// One thread's memory, as large as the largest piece.
  private final class Buffers {
    private final MemorySegment weights;
    private final MemorySegment floats;
    private final MemorySegment result;
    private final MemorySegment importance;

    Buffers(Arena arena) {
      long weights = 0;
      long floats = 0;
      long result = 0;
      long importance = 0;
      for (TensorWork work : tensors) {
        long elements = Math.min(largest(work), work.columns() * work.rows());
        weights = Math.max(weights, work.from().bytesFor(elements) + work.padding());
        if (work.changes()) {
          floats = Math.max(floats, work.from() == GgmlType.F32 ? 0 : elements * Float.BYTES);
          result = Math.max(result, work.to().bytesFor(elements) + work.padding());
          importance =
              Math.max(importance, work.importance() == null ? 0 : work.columns() * Float.BYTES);
        }
      }
      this.weights = arena.allocate(weights, Long.BYTES);
      this.floats = arena.allocate(floats, Long.BYTES);
      this.result = arena.allocate(result, Long.BYTES);
      this.importance = arena.allocate(importance, Long.BYTES);
    }
  }

  @Override
  public void close() throws IOException {
    try (Closeable _ = () -> closeAll(targets)) {
      closeAll(sources);
    }
  }

  private static void closeAll(List<OpenFile> files) throws IOException {
    for (OpenFile file : files) {
      file.channel.close();
    }
  }
}
