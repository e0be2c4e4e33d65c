package dev.computepool.gguf;

import dev.computepool.gguf.MetadataValue.Int;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A file that is to be written: its header, and where each tensor's data goes.
///
/// Tensors follow each other in the order in which they were declared, each padded with zeros to
/// the alignment, which is what ggml demands. All numbers are little-endian.
public final class GgufLayout {
  private final ByteBuffer header;
  private final int end;
  private final int alignment;
  private final List<TensorInfo> tensors;
  private final long dataBytes;

  private GgufLayout(
      ByteBuffer header, int end, int alignment, List<TensorInfo> tensors, long dataBytes) {
    this.header = header;
    this.end = end;
    this.alignment = alignment;
    this.tensors = tensors;
    this.dataBytes = dataBytes;
  }

  /// An empty layout of version 3.
  public static Builder builder() {
    return new Builder();
  }

  /// The bytes before the data section: with padding if there are tensors or it was asked for.
  public ByteBuffer header() {
    return header.duplicate();
  }

  /// Bytes of the header without padding.
  public int end() {
    return end;
  }

  public int alignment() {
    return alignment;
  }

  /// The tensors with their offsets, in the order of their data.
  public List<TensorInfo> tensors() {
    return tensors;
  }

  /// Where the data section starts, or would start.
  public long dataOffset() {
    return HeaderReader.padded(end, alignment);
  }

  /// Bytes of the data section, the padding of the last tensor included.
  public long dataBytes() {
    return dataBytes;
  }

  /// Bytes of the whole file.
  public long fileSize() {
    return header.remaining() + dataBytes;
  }

  /// Bytes that a tensor takes, its padding included.
  long paddedSize(TensorInfo tensor) {
    return HeaderReader.padded(tensor.byteSize(), alignment);
  }

  /// Collects metadata and tensors, both in order.
  public static final class Builder {
    // Keys and values as the file stores them: what was read from one file goes into the next
    // without being decoded.
    private final Map<ByteBuffer, ByteBuffer> metadata = new LinkedHashMap<>();
    private final List<TensorInfo> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private int version = HeaderReader.NEWEST_VERSION;
    private int alignment = HeaderReader.DEFAULT_ALIGNMENT;
    private boolean padded;
    private long dataBytes;

    private Builder() {}

    /// Sets the version of the format, 2 or 3; they differ in nothing but the number.
    public Builder version(int version) {
      if (version < HeaderReader.OLDEST_VERSION || version > HeaderReader.NEWEST_VERSION) {
        throw new IllegalArgumentException("version " + version + " cannot be written");
      }
      this.version = version;
      return this;
    }

    /// Adds a key, or gives one that is there another value at the same place.
    ///
    /// @throws IllegalArgumentException if the key is empty or too long, if arrays are nested too
    ///     deep, or if this is `general.alignment` and no `uint32` power of two, or comes after a
    ///     tensor
    public Builder put(String key, MetadataValue value) {
      byte[] name = key.getBytes(StandardCharsets.UTF_8);
      if (name.length == 0 || name.length > HeaderReader.MAX_KEY_BYTES) {
        throw new IllegalArgumentException("a key of " + name.length + " bytes");
      }
      if (nesting(value) > HeaderReader.MAX_NESTING) {
        throw new IllegalArgumentException(
            key + " nests arrays more than " + HeaderReader.MAX_NESTING + " deep");
      }
      if (key.equals(HeaderReader.ALIGNMENT_KEY)) {
        setAlignment(value);
      }
      long bytes = Encoding.TYPE + Encoding.bytes(value);
      ByteBuffer encoded =
          ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
      Encoding.put(value, encoded.putInt(value.type().id()));
      metadata.put(ByteBuffer.wrap(name), encoded.flip());
      return this;
    }

    /// Adds everything in its order, as if by {@link #put}; strings keep their bytes.
    public Builder putAll(Metadata source) {
      for (int i = 0; i < source.size(); i++) {
        putFrom(source, i);
      }
      return this;
    }

    /// Adds one entry of another file as it is.
    ///
    /// @param position in the order of `source`
    public Builder putFrom(Metadata source, int position) {
      if (source.byteOrder() != ByteOrder.LITTLE_ENDIAN
          || source.key(position).equals(HeaderReader.ALIGNMENT_KEY)) {
        return put(source.key(position), source.value(position));
      }
      metadata.put(source.rawKey(position), source.rawValue(position));
      return this;
    }

    /// Removes a key if it is there.
    public Builder remove(String key) {
      if (metadata.remove(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8))) != null
          && key.equals(HeaderReader.ALIGNMENT_KEY)) {
        requireNoTensors();
        alignment = HeaderReader.DEFAULT_ALIGNMENT;
      }
      return this;
    }

    /// Declares the next tensor; its data follows that of the one before.
    ///
    /// @throws IllegalArgumentException if the name is longer than 64 bytes, not encodable or
    ///     taken, or if rows are not whole blocks of `type`
    /// @throws ArithmeticException if the file would be larger than 2^63 bytes
    public Builder tensor(String name, GgmlType type, Shape shape) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > HeaderReader.MAX_NAME_BYTES
          || !new String(bytes, StandardCharsets.UTF_8).equals(name)) {
        throw new IllegalArgumentException("tensor name '" + name + "' cannot be written");
      }
      TensorInfo tensor = new TensorInfo(name, type, shape, dataBytes);
      if (!names.add(name)) {
        throw new IllegalArgumentException("tensor name '" + name + "' occurs twice");
      }
      dataBytes = HeaderReader.padded(Math.addExact(dataBytes, tensor.byteSize()), alignment);
      tensors.add(tensor);
      return this;
    }

    /// Takes over all tensors of another file where they are, gaps included; with {@link
    /// GgufWriter#copyData} the data section follows as a whole, up to the end of that file.
    ///
    /// @throws IllegalArgumentException if there are tensors already, or if the alignment is
    ///     another
    public Builder tensorsAsIn(GgufHeader source) {
      requireNoTensors();
      if (alignment != source.alignment()) {
        throw new IllegalArgumentException(
            "another alignment than %d would move every tensor of %s"
                .formatted(source.alignment(), source.file()));
      }
      padded = source.fileSize() >= source.dataOffset();
      dataBytes = Math.max(0, source.fileSize() - source.dataOffset());
      for (TensorInfo tensor : source.tensors()) {
        names.add(tensor.name());
        tensors.add(tensor);
      }
      return this;
    }

    /// Pads the header of a file without tensors, too, as some programs do.
    public Builder padHeader() {
      padded = true;
      return this;
    }

    /// The layout of what was added so far.
    ///
    /// @throws IllegalArgumentException if the header would be larger than 2 GiB
    public GgufLayout build() {
      long size = 24;
      for (Map.Entry<ByteBuffer, ByteBuffer> entry : metadata.entrySet()) {
        size += Encoding.LENGTH + entry.getKey().remaining() + (long) entry.getValue().remaining();
      }
      for (TensorInfo tensor : tensors) {
        size += HeaderReader.MIN_TENSOR + tensor.name().getBytes(StandardCharsets.UTF_8).length;
        size += (long) Long.BYTES * tensor.shape().dimensions();
      }
      boolean pad = padded || !tensors.isEmpty();
      long full = pad ? HeaderReader.padded(size, alignment) : size;
      if (full > HeaderReader.MAX_HEADER) {
        throw new IllegalArgumentException("a header of " + full + " bytes exceeds 2 GiB");
      }
      ByteBuffer header = ByteBuffer.allocate((int) full).order(ByteOrder.LITTLE_ENDIAN);
      header.put(new byte[] {'G', 'G', 'U', 'F'}).putInt(version);
      header.putLong(tensors.size()).putLong(metadata.size());
      for (Map.Entry<ByteBuffer, ByteBuffer> entry : metadata.entrySet()) {
        header.putLong(entry.getKey().remaining()).put(entry.getKey().duplicate());
        header.put(entry.getValue().duplicate());
      }
      for (TensorInfo tensor : tensors) {
        putTensor(header, tensor);
      }
      int end = header.position();
      header.clear();
      return new GgufLayout(
          header.asReadOnlyBuffer(), end, alignment, List.copyOf(tensors), dataBytes);
    }

    private static void putTensor(ByteBuffer header, TensorInfo tensor) {
      byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
      header.putLong(name.length).put(name).putInt(tensor.shape().dimensions());
      for (long extent : tensor.shape().extents()) {
        header.putLong(extent);
      }
      header.putInt(tensor.type().id()).putLong(tensor.offset());
    }

    private void setAlignment(MetadataValue value) {
      if (!(value instanceof Int(MetadataType type, long bits))
          || type != MetadataType.UINT32
          || bits > HeaderReader.MAX_ALIGNMENT
          || Long.bitCount(bits) != 1) {
        throw new IllegalArgumentException(
            HeaderReader.ALIGNMENT_KEY + " " + value + " is no uint32 power of two up to 2^30");
      }
      if (bits != alignment) {
        requireNoTensors();
        alignment = (int) bits;
      }
    }

    private void requireNoTensors() {
      if (!tensors.isEmpty()) {
        throw new IllegalArgumentException(
            "tensors were declared before, and nothing can move them now");
      }
    }

    private static int nesting(MetadataValue value) {
      int deepest = 0;
      if (value instanceof MetadataArray array) {
        deepest = 1;
        if (array.elementType() == MetadataType.ARRAY) {
          for (MetadataValue element : array) {
            deepest = Math.max(deepest, 1 + nesting(element));
          }
        }
      }
      return deepest;
    }
  }
}
