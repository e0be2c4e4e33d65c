package dev.computepool.base;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;

/// Copies ranges between files without bringing them into the Java heap.
public final class FileRanges {
  // Small enough to report and to be cancelled several times a second on a slow disk.
  private static final long STEP = 32L << 20;

  private FileRanges() {}

  /// Appends `length` bytes from `offset` of `source` at the position of `target`.
  ///
  /// @throws EOFException if `source` ends before
  /// @throws CancelledException if the user asked to stop
  public static void append(
      FileChannel source, long offset, long length, FileChannel target, Progress.Step progress)
      throws IOException {
    long done = 0;
    while (done < length) {
      long copied = source.transferTo(offset + done, Math.min(STEP, length - done), target);
      if (copied <= 0) {
        throw new EOFException(
            "%d bytes expected from %d, the file ends at %d"
                .formatted(length, offset, source.size()));
      }
      done += copied;
      progress.advance(copied);
    }
  }
}
