package dev.computepool.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.computepool.base.ByteRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A file that is to be written: its header, and where each tensor's data goes.
///
/// Tensors are ordered as the format's own library does, by type and then by name, so that the
/// same content makes the same bytes.
public final class SafetensorsLayout {
  private static final int ALIGNMENT = 8;

  private final List<StoredTensor> tensors;
  private final ByteBuffer header;

  private SafetensorsLayout(List<StoredTensor> tensors, ByteBuffer header) {
    this.tensors = tensors;
    this.header = header;
  }

  /// A tensor that is to be written.
  ///
  /// @param shape extents with the slowest-varying first
  public record Entry(String name, Dtype dtype, List<Long> shape) {
    public Entry {
      shape = List.copyOf(shape);
    }
  }

  /// Lays a file out.
  ///
  /// @param metadata free text, such as `format` to `pt`
  /// @throws IllegalArgumentException if two tensors have one name, if one is called
  ///     `__metadata__`, or if the header exceeds the format's limit
  public static SafetensorsLayout of(List<Entry> entries, Map<String, String> metadata) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(
        Comparator.comparing(Entry::dtype, Comparator.reverseOrder())
            .thenComparing(Entry::name, SafetensorsSet::byCodePoints));
    Set<String> names = new HashSet<>(Set.of("__metadata__"));
    List<StoredTensor> tensors = new ArrayList<>();
    long at = 0;
    for (Entry entry : sorted) {
      if (!names.add(entry.name)) {
        throw new IllegalArgumentException("tensor name '" + entry.name + "' is taken");
      }
      long bytes = entry.dtype.bytesFor(StoredTensor.elements(entry.shape));
      tensors.add(new StoredTensor(entry.name, entry.dtype, entry.shape, ByteRange.at(at, bytes)));
      at = Math.addExact(at, bytes);
    }
    byte[] json = json(tensors, metadata);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > SafetensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException("a header of " + padded + " bytes exceeds the limit");
    }
    ByteBuffer header =
        ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(json);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return new SafetensorsLayout(List.copyOf(tensors), header.flip().asReadOnlyBuffer());
  }

  private static byte[] json(List<StoredTensor> tensors, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (StoredTensor tensor : tensors) {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeArrayFieldStart("shape");
        for (long extent : tensor.shape()) {
          json.writeNumber(extent);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(tensor.range().start());
        json.writeNumber(tensor.range().end());
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /// The bytes before the data section.
  public ByteBuffer header() {
    return header.duplicate();
  }

  /// The tensors in the order of their data.
  public List<StoredTensor> tensors() {
    return tensors;
  }

  /// Where the data section starts, in bytes.
  public long dataOffset() {
    return header.remaining();
  }

  /// Bytes of the whole file.
  public long fileSize() {
    return dataOffset() + (tensors.isEmpty() ? 0 : tensors.getLast().range().end());
  }
}
