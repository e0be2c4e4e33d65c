package dev.computepool.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Copies ranges between files without bringing them into the Java heap.
public final class FileRanges {
  // Small enough to report and to be cancelled several times a second on a slow disk.
  private static final long STEP = 32L << 20;

  private FileRanges() {}

  /// Appends `length` bytes from `offset` of `source` at the position of `target`.
  ///
  /// @param file that `source` is open on
  /// @throws FileSystemException if it ends before
  /// @throws CancelledException if the user asked to stop
  public static void append(
      Path file,
      FileChannel source,
      long offset,
      long length,
      FileChannel target,
      Progress.Step progress)
      throws IOException {
    long done = 0;
    while (done < length) {
      long copied = source.transferTo(offset + done, Math.min(STEP, length - done), target);
      if (copied <= 0) {
        throw cut(file, source.size(), offset + length);
      }
      done += copied;
      progress.advance(copied);
    }
  }

  /// What to report of a file that ends before it did when it was looked at.
  ///
  /// @param size where it ends, or the first byte that it lacks
  /// @param expected where it should have ended, or what was to be read of it
  public static FileSystemException cut(Path file, long size, long expected) {
    return new FileSystemException(
        file.toString(),
        null,
        "ends at byte %d or before, not at %d: it was cut while it was read"
            .formatted(size, expected));
  }
}
