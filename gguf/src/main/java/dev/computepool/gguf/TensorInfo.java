package dev.computepool.gguf;

/// One tensor as the file describes it: where its bytes are and how to read them.
///
/// @param name unique in the file, at most 64 bytes of UTF-8, such as `blk.0.attn_q.weight`
/// @param shape extents with the fastest-varying first, as GGUF stores them: `[inputs, outputs]`
/// @param offset bytes from the start of the data section; a multiple of the file's alignment
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF specification</a>
public record TensorInfo(String name, GgmlType type, Shape shape, long offset) {
  public TensorInfo {
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + " is negative");
    }
    if (shape.extent(0) % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "rows of %d elements are not whole %s blocks of %d"
              .formatted(shape.extent(0), type, type.blockSize()));
    }
    type.bytesFor(shape.elements()); // throws where the size does not fit
  }

  /// Bytes on disk, without the padding that follows.
  public long byteSize() {
    return type.bytesFor(shape.elements());
  }
}
