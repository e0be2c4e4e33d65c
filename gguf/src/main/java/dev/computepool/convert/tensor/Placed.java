package dev.computepool.convert.tensor;

import dev.computepool.gguf.GgmlType;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// A tensor and where it is to be written.
///
/// @param type how its numbers are written, or null for as they are
/// @param position of its first byte in `file`
public record Placed(Dense tensor, @Nullable GgmlType type, FileChannel file, long position) {
  /// Bytes it takes in the file.
  public long byteSize() {
    long elements = tensor.elements();
    return type == null
        ? Math.multiplyExact(elements, Dense.bytes(tensor.dtype()))
        : type.bytesFor(elements);
  }
}
