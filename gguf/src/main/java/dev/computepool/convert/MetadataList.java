package dev.computepool.convert;

import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Metadata of a file that is to be written, in its order.
///
/// A key that is set again keeps its place and takes the new value; empty texts and arrays are
/// left out. Both is what the reference does.
public final class MetadataList {
  private final Map<String, MetadataValue> values = new LinkedHashMap<>();

  /// Sets a key.
  public MetadataList put(String key, MetadataValue value) {
    values.put(key, value);
    return this;
  }

  /// Sets many keys, one after the other.
  public MetadataList putAll(Collection<MetadataEntry> entries) {
    entries.forEach(entry -> put(entry.key(), entry.value()));
    return this;
  }

  public MetadataList text(String key, String value) {
    return value.isEmpty() ? this : put(key, MetadataValue.Text.of(value));
  }

  /// Sets a key to a `uint32`.
  ///
  /// @throws IllegalArgumentException if `value` is none
  public MetadataList uint32(String key, long value) {
    return put(key, new MetadataValue.Int(MetadataType.UINT32, value));
  }

  /// Sets a key to an `int32`.
  ///
  /// @throws IllegalArgumentException if `value` is none
  public MetadataList int32(String key, long value) {
    return put(key, new MetadataValue.Int(MetadataType.INT32, value));
  }

  /// Sets a key to the `float32` nearest to `value`.
  public MetadataList float32(String key, double value) {
    return put(key, new MetadataValue.Float32((float) value));
  }

  public MetadataList bool(String key, boolean value) {
    return put(key, new MetadataValue.Bool(value));
  }

  public MetadataList texts(String key, List<String> values) {
    return values.isEmpty() ? this : put(key, MetadataArray.ofStrings(values));
  }

  /// What was set, in order.
  public List<MetadataEntry> entries() {
    return values.entrySet().stream()
        .map(entry -> new MetadataEntry(entry.getKey(), entry.getValue()))
        .toList();
  }
}
