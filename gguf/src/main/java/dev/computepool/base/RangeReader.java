package dev.computepool.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Bytes that can be read at any place, such as {@link FileChannel#read(ByteBuffer, long)}.
@FunctionalInterface
public interface RangeReader {
  /// Fills `target` from `position` on, as far as that goes at once.
  ///
  /// @return how many bytes that were, or -1 at the end
  int read(ByteBuffer target, long position) throws IOException;
}
