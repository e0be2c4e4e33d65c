package dev.computepool.convert.tensor;

import dev.computepool.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// A tensor and where it is to be written.
///
/// @param type how its numbers are written, or null for as they are
/// @param position of its first byte in `file`
public record Placed(Dense tensor, @Nullable GgmlType type, FileChannel file, long position) {
  /// Bytes it takes in the file.
  public long byteSize() {
    return bytes(tensor.elements());
  }

  /// Bytes that its first elements take in the file.
  long bytes(long elements) {
    return type == null
        ? Math.multiplyExact(elements, Dense.bytes(tensor.dtype()))
        : type.bytesFor(elements);
  }

  /// Whether its elements are written with the bits they have, if {@link #staysAsItIs} says so too.
  boolean mayStayAsItIs() {
    return type == null || Encoder.same(tensor.dtype(), type);
  }

  /// Whether these elements of it are written with the bits they have.
  boolean staysAsItIs(MemorySegment elements, int count) {
    return mayStayAsItIs() && !(type == GgmlType.BF16 && Encoder.hasSignallingNan(elements, count));
  }
}
