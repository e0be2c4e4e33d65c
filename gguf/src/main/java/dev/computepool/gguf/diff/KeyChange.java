package dev.computepool.gguf.diff;

import dev.computepool.gguf.MetadataValue;

/// How a metadata key differs between two files.
public sealed interface KeyChange {
  String key();

  /// Only the first file has it.
  record Removed(String key, MetadataValue before) implements KeyChange {}

  /// Only the second file has it.
  record Added(String key, MetadataValue after) implements KeyChange {}

  /// Type or value differ.
  record Changed(String key, MetadataValue before, MetadataValue after) implements KeyChange {}
}
