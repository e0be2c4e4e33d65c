package dev.computepool.gguf;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FileRanges;
import dev.computepool.base.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Writes a file of a given layout, tensor after tensor, and lets it appear only complete.
public final class GgufWriter implements Closeable {
  private static final int CHUNK = 1 << 30;

  private final GgufLayout layout;
  private final AtomicFile file;
  private int current; // the tensor that is being written, or is next
  private long written; // bytes of it
  private boolean anyWritten;

  private GgufWriter(GgufLayout layout, AtomicFile file) {
    this.layout = layout;
    this.file = file;
  }

  /// Begins a file that must not exist yet, and writes its header.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if `target` exists
  /// @throws dev.computepool.base.DiskFullException if the file does not fit
  public static GgufWriter create(Path target, GgufLayout layout) throws IOException {
    DiskSpace.require(target, layout.fileSize());
    return begin(layout, AtomicFile.create(target));
  }

  /// Begins a file that takes the place of `target`, and writes its header.
  ///
  /// @throws dev.computepool.base.DiskFullException if the file does not fit beside the old one
  public static GgufWriter replace(Path target, GgufLayout layout) throws IOException {
    DiskSpace.require(target, layout.fileSize());
    return begin(layout, AtomicFile.replace(target));
  }

  private static GgufWriter begin(GgufLayout layout, AtomicFile file) throws IOException {
    GgufWriter writer = new GgufWriter(layout, file);
    try {
      file.write(layout.header());
      writer.skipEmptyTensors();
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return writer;
  }

  /// Appends data of a tensor, in as many calls as it takes; after its last byte comes the
  /// padding.
  ///
  /// @param tensor of the layout: the one being written, or the next one if that is complete
  /// @throws IllegalArgumentException if it is another one's turn, or has less bytes left
  public void write(TensorInfo tensor, ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    requireTurn(tensor, count);
    file.write(bytes);
    advance(count);
  }

  /// Appends data of a tensor, as {@link #write(TensorInfo, ByteBuffer)} does.
  public void write(TensorInfo tensor, MemorySegment bytes) throws IOException {
    requireTurn(tensor, bytes.byteSize());
    for (long from = 0; from < bytes.byteSize(); from += CHUNK) {
      long count = Math.min(CHUNK, bytes.byteSize() - from);
      file.write(bytes.asSlice(from, count).asByteBuffer());
    }
    advance(bytes.byteSize());
  }

  /// Copies a whole tensor out of another file.
  ///
  /// @param file that `source` is open on
  /// @param offset where its bytes are in `source`
  /// @param progress advances by the tensor's bytes
  public void copy(
      TensorInfo tensor, Path file, FileChannel source, long offset, Progress.Step progress)
      throws IOException {
    requireTurn(tensor, tensor.byteSize());
    FileRanges.append(file, source, offset, tensor.byteSize(), this.file.channel(), progress);
    advance(tensor.byteSize());
  }

  /// Copies a whole data section out of another file, with all tensors, gaps and padding.
  ///
  /// @param file that `source` is open on
  /// @param offset where it is in `source`
  /// @param progress advances by its bytes
  /// @throws IllegalStateException if data of a tensor was written before
  public void copyData(Path file, FileChannel source, long offset, Progress.Step progress)
      throws IOException {
    if (anyWritten) {
      throw new IllegalStateException("data of a tensor was written before");
    }
    FileRanges.append(file, source, offset, layout.dataBytes(), this.file.channel(), progress);
    current = layout.tensors().size();
    anyWritten = true;
  }

  /// Makes the file appear.
  ///
  /// @throws IllegalStateException if data of a tensor is missing
  public void commit() throws IOException {
    if (current < layout.tensors().size()) {
      throw new IllegalStateException(
          "tensor %s has %d of %d bytes"
              .formatted(
                  layout.tensors().get(current).name(),
                  written,
                  layout.tensors().get(current).byteSize()));
    }
    file.commit();
  }

  /// Leaves the target as it was unless the file was committed.
  @Override
  public void close() throws IOException {
    file.close();
  }

  private void requireTurn(TensorInfo tensor, long bytes) {
    boolean turn =
        current < layout.tensors().size() && layout.tensors().get(current).equals(tensor);
    if (!turn && tensor.byteSize() == 0 && bytes == 0 && layout.tensors().contains(tensor)) {
      return; // already passed: it has nothing to write
    }
    if (!turn) {
      throw new IllegalArgumentException("it is not the turn of tensor " + tensor.name());
    }
    if (bytes > tensor.byteSize() - written) {
      throw new IllegalArgumentException(
          "%d bytes for tensor %s, which has %d left"
              .formatted(bytes, tensor.name(), tensor.byteSize() - written));
    }
  }

  private void advance(long bytes) throws IOException {
    if (current == layout.tensors().size()) {
      return;
    }
    written += bytes;
    anyWritten = true;
    TensorInfo tensor = layout.tensors().get(current);
    if (written == tensor.byteSize()) {
      file.write(ByteBuffer.allocate((int) (layout.paddedSize(tensor) - written)));
      current++;
      written = 0;
      skipEmptyTensors();
    }
  }

  private void skipEmptyTensors() {
    while (current < layout.tensors().size() && layout.tensors().get(current).byteSize() == 0) {
      current++;
    }
  }
}
