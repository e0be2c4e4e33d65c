package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Compares a file with a part of another.
final class Comparison {
  private static final int PIECE = 128 << 10;

  private Comparison() {}

  /// Where `file` first differs from `range` of `other`, or -1 if it does not.
  static long firstDifference(Path file, Path other, ByteRange range, Progress.Step step)
      throws IOException {
    try (FileChannel left = FileChannel.open(file);
        FileChannel right = FileChannel.open(other)) {
      ByteBuffer leftBuffer = ByteBuffer.allocateDirect(PIECE);
      ByteBuffer rightBuffer = ByteBuffer.allocateDirect(PIECE);
      for (long at = 0; at < range.length(); at += PIECE) {
        int count = (int) Math.min(PIECE, range.length() - at);
        fill(file, left, leftBuffer, at, count);
        fill(other, right, rightBuffer, range.start() + at, count);
        int differs = leftBuffer.mismatch(rightBuffer);
        if (differs >= 0) {
          return at + differs;
        }
        step.advance(count);
      }
      return -1;
    }
  }

  private static void fill(Path path, FileChannel file, ByteBuffer buffer, long from, int count)
      throws IOException {
    buffer.clear().limit(count);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, from + buffer.position()) < 0) {
        throw new FileSystemException(
            path.toString(), null, "ends at byte " + (from + buffer.position()));
      }
    }
    buffer.flip();
  }
}
