package dev.computepool.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that stands before the tensor data of a file: metadata, and where each tensor is.
///
/// A header that exists is sound: every tensor lies in the file, aligned, and no two share a byte.
/// It reads its metadata from the bytes that it was made of, so these must outlive it.
///
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF specification</a>
public final class GgufHeader {
  /// Key of how many files a model is in; 0, 1 or none if that is one.
  public static final String SPLIT_COUNT = "split.count";

  private final String file;
  private final long fileSize;
  private final int version;
  private final ByteOrder byteOrder;
  private final int alignment;
  private final int tensorInfoOffset;
  private final int end;
  private final long dataOffset;
  private final Metadata metadata;
  private final List<TensorInfo> tensors;
  private final boolean consecutive;
  private @Nullable Map<String, TensorInfo> byName; // made when the first is asked for

  GgufHeader(
      String file,
      long fileSize,
      int version,
      ByteOrder byteOrder,
      int alignment,
      int tensorInfoOffset,
      int end,
      long dataOffset,
      Metadata metadata,
      List<TensorInfo> tensors) {
    this.file = file;
    this.fileSize = fileSize;
    this.version = version;
    this.byteOrder = byteOrder;
    this.alignment = alignment;
    this.tensorInfoOffset = tensorInfoOffset;
    this.end = end;
    this.dataOffset = dataOffset;
    this.metadata = metadata;
    this.tensors = List.copyOf(tensors);
    this.consecutive = consecutive(tensors, alignment);
  }

  private static boolean consecutive(List<TensorInfo> tensors, int alignment) {
    long expected = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.offset() != expected) {
        return false;
      }
      expected = HeaderReader.padded(expected + tensor.byteSize(), alignment);
    }
    return true;
  }

  /// Reads a header from the start of a file, which may be somewhere else.
  ///
  /// @param file the path, or the URL, for messages
  /// @param prefix the first bytes of the file, from as few as none to all
  /// @param fileSize bytes of the whole file
  /// @throws GgufFormatException if the file is not valid GGUF, whatever may follow the prefix
  public static HeaderRead read(String file, MemorySegment prefix, long fileSize)
      throws GgufFormatException {
    return HeaderReader.read(file, prefix, fileSize);
  }

  /// The path, or the URL, that was read.
  public String file() {
    return file;
  }

  /// Bytes of the whole file.
  public long fileSize() {
    return fileSize;
  }

  /// The version of the format, 2 or 3.
  public int version() {
    return version;
  }

  /// The byte order of all numbers, the tensor data included.
  public ByteOrder byteOrder() {
    return byteOrder;
  }

  /// What the start of the data section and of every tensor is a multiple of: a power of two.
  public int alignment() {
    return alignment;
  }

  /// Where the list of tensors starts, which is where the metadata ends.
  public int tensorInfoOffset() {
    return tensorInfoOffset;
  }

  /// Bytes of the header without the padding up to the data section.
  public int end() {
    return end;
  }

  /// Where the data section starts. A file without tensors may end before it.
  public long dataOffset() {
    return dataOffset;
  }

  public Metadata metadata() {
    return metadata;
  }

  /// Whether it says that its model is in several files, of which it is one.
  public boolean isPart() {
    return metadata.get(SPLIT_COUNT).orElse(null) instanceof MetadataValue.Int count
        && count.bits() > 1;
  }

  /// The tensors in the order of the header, which need not be that of their data.
  public List<TensorInfo> tensors() {
    return tensors;
  }

  /// Whether the tensors follow each other in the order of the header, each padded and no more,
  /// which is the only way that ggml reads.
  public boolean isConsecutive() {
    return consecutive;
  }

  /// The tensor of this name, or null.
  public @Nullable TensorInfo tensor(String name) {
    Map<String, TensorInfo> index = byName;
    if (index == null) {
      index = new HashMap<>();
      for (TensorInfo tensor : tensors) {
        index.put(tensor.name(), tensor);
      }
      byName = index;
    }
    return index.get(name);
  }

  /// Where a tensor's bytes start in the file.
  public long positionOf(TensorInfo tensor) {
    return dataOffset + tensor.offset();
  }
}
