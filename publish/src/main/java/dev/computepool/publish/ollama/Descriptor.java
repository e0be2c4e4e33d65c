package dev.computepool.publish.ollama;

import dev.computepool.hash.Digest;

/// What a manifest says of one blob.
///
/// @param size in bytes
public record Descriptor(String mediaType, Digest digest, long size) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("size %d of blob %s is negative".formatted(size, digest));
    }
  }

  /// As manifests write it: `sha256:` and 64 hexadecimal digits.
  public String digestText() {
    return "sha256:" + digest.hex();
  }
}
