package dev.computepool.convert;

import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;

/// One key of a GGUF file that is to be written.
///
/// @param key such as `tokenizer.ggml.bos_token_id`
public record MetadataEntry(String key, MetadataValue value) {
  public static MetadataEntry of(String key, String value) {
    return new MetadataEntry(key, MetadataValue.Text.of(value));
  }

  /// A key whose value is a `uint32`.
  ///
  /// @throws IllegalArgumentException if `value` does not fit
  public static MetadataEntry uint32(String key, long value) {
    return new MetadataEntry(key, new MetadataValue.Int(MetadataType.UINT32, value));
  }

  public static MetadataEntry of(String key, float value) {
    return new MetadataEntry(key, new MetadataValue.Float32(value));
  }

  public static MetadataEntry of(String key, boolean value) {
    return new MetadataEntry(key, new MetadataValue.Bool(value));
  }
}
