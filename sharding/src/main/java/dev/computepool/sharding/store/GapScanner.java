package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FileRanges;
import dev.computepool.base.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds the bytes in the gaps of a model file that are not zero. Nothing else is read.
final class GapScanner {
  // Zeros up to this many are kept with their neighbours: a range costs more to note down.
  private static final int JOIN = 4 << 10;
  private static final int BUFFER = 64 << 10;

  private final Path path;
  private final RangeReader file;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
  private final List<ByteRange> found = new ArrayList<>();

  private GapScanner(Path path, RangeReader file) {
    this.path = path;
    this.file = file;
  }

  /// The ranges within `gaps` that are not zero, in their order; none crosses the end of a gap.
  static List<ByteRange> scan(Path path, List<ByteRange> gaps) throws IOException {
    if (gaps.isEmpty()) {
      return List.of();
    }
    try (FileChannel file = FileChannel.open(path)) {
      return scan(path, file::read, gaps);
    }
  }

  /// The same in what `file` reads.
  ///
  /// @param path what it reads, for messages
  static List<ByteRange> scan(Path path, RangeReader file, List<ByteRange> gaps)
      throws IOException {
    GapScanner scanner = new GapScanner(path, file);
    for (ByteRange gap : gaps) {
      scanner.scan(gap);
    }
    return List.copyOf(scanner.found);
  }

  private void scan(ByteRange gap) throws IOException {
    long start = -1; // of the range that is being found
    long end = -1; // behind its last byte that is not zero
    for (long at = gap.start(); at < gap.end(); ) {
      buffer.clear().limit((int) Math.min(BUFFER, gap.end() - at));
      int count = file.read(buffer, at);
      if (count < 0) {
        throw FileRanges.cut(path, at, gap.end());
      }
      for (int i = nextNonZero(0, count); i < count; i = nextNonZero(i + 1, count)) {
        long here = at + i;
        if (start >= 0 && here - end > JOIN) {
          found.add(new ByteRange(start, end));
          start = -1;
        }
        if (start < 0) {
          start = here;
        }
        end = here + 1;
      }
      at += count;
    }
    if (start >= 0) {
      found.add(new ByteRange(start, end));
    }
  }

  private int nextNonZero(int from, int count) {
    int i = from;
    while (i < count && i % Long.BYTES != 0 && buffer.get(i) == 0) {
      i++;
    }
    while (i + Long.BYTES <= count && i % Long.BYTES == 0 && buffer.getLong(i) == 0) {
      i += Long.BYTES;
    }
    while (i < count && buffer.get(i) == 0) {
      i++;
    }
    return i;
  }
}
