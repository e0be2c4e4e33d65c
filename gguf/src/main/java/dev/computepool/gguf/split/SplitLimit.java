package dev.computepool.gguf.split;

import dev.computepool.base.ByteSize;

/// Where one part ends and the next begins.
public sealed interface SplitLimit {
  /// No part has more tensor data than this, padding included and the header not, except for a
  /// single tensor that is larger.
  record MaxBytes(ByteSize size) implements SplitLimit {
    public MaxBytes {
      if (size.bytes() == 0) {
        throw new IllegalArgumentException("a part of 0 bytes holds no tensor");
      }
    }
  }

  /// No part has more tensors than this.
  record MaxTensors(int count) implements SplitLimit {
    public MaxTensors {
      if (count < 1) {
        throw new IllegalArgumentException("a part of " + count + " tensors holds none");
      }
    }
  }
}
