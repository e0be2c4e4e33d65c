package dev.computepool.safetensors;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.DiskSpace;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Writes a file of a given layout, tensor after tensor, and lets it appear only complete.
public final class SafetensorsWriter implements Closeable {
  private final SafetensorsLayout layout;
  private final AtomicFile file;
  private int current; // the tensor that is being written, or is next
  private long written; // bytes of it

  private SafetensorsWriter(SafetensorsLayout layout, AtomicFile file) {
    this.layout = layout;
    this.file = file;
  }

  /// Begins a file that must not exist yet, and writes its header.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if `target` exists
  /// @throws dev.computepool.base.DiskFullException if the file does not fit
  public static SafetensorsWriter create(Path target, SafetensorsLayout layout) throws IOException {
    DiskSpace.require(target, layout.fileSize());
    return begin(layout, AtomicFile.create(target));
  }

  /// Begins a file that takes the place of `target`, and writes its header.
  ///
  /// @throws dev.computepool.base.DiskFullException if the file does not fit beside the old one
  public static SafetensorsWriter replace(Path target, SafetensorsLayout layout)
      throws IOException {
    DiskSpace.require(target, layout.fileSize());
    return begin(layout, AtomicFile.replace(target));
  }

  private static SafetensorsWriter begin(SafetensorsLayout layout, AtomicFile file)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter(layout, file);
    try {
      file.write(layout.header());
      writer.skipCompleteTensors();
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return writer;
  }

  /// Appends data of a tensor, little-endian, in as many calls as it takes.
  ///
  /// @param tensor of the layout: the one being written, or the next one if that is complete
  /// @throws IllegalArgumentException if it is another one's turn, or has less bytes left
  public void write(StoredTensor tensor, ByteBuffer bytes) throws IOException {
    if (tensor.range().length() == 0 && !bytes.hasRemaining()) {
      return;
    }
    if (current == layout.tensors().size() || !layout.tensors().get(current).equals(tensor)) {
      throw new IllegalArgumentException("it is not the turn of tensor " + tensor.name());
    }
    if (bytes.remaining() > tensor.range().length() - written) {
      throw new IllegalArgumentException(
          "%d bytes for tensor %s, which has %d left"
              .formatted(bytes.remaining(), tensor.name(), tensor.range().length() - written));
    }
    written += bytes.remaining();
    file.write(bytes);
    skipCompleteTensors();
  }

  /// Makes the file appear.
  ///
  /// @throws IllegalStateException if data of a tensor is missing
  public void commit() throws IOException {
    if (current < layout.tensors().size()) {
      StoredTensor tensor = layout.tensors().get(current);
      throw new IllegalStateException(
          "tensor %s has %d of %d bytes"
              .formatted(tensor.name(), written, tensor.range().length()));
    }
    file.commit();
  }

  /// Leaves the target as it was unless the file was committed.
  @Override
  public void close() throws IOException {
    file.close();
  }

  private void skipCompleteTensors() {
    while (current < layout.tensors().size()
        && layout.tensors().get(current).range().length() == written) {
      current++;
      written = 0;
    }
  }
}
