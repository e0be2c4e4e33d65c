package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where the bytes of one stream lie in a file: ranges that follow each other in the stream, but
/// not in the file.
final class Placement {
  private final long[] streamStarts;
  private final long[] fileStarts;
  private final long length;

  private Placement(long[] streamStarts, long[] fileStarts, long length) {
    this.streamStarts = streamStarts;
    this.fileStarts = fileStarts;
    this.length = length;
  }

  /// The first `length` bytes of a file.
  static Placement whole(long length) {
    return of(List.of(new ByteRange(0, length)));
  }

  /// These ranges, one behind the other.
  static Placement of(List<ByteRange> ranges) {
    long[] streamStarts = new long[ranges.size()];
    long[] fileStarts = new long[ranges.size()];
    int count = 0;
    long length = 0;
    for (ByteRange range : ranges) {
      boolean continues =
          count > 0 && fileStarts[count - 1] + length - streamStarts[count - 1] == range.start();
      if (range.length() > 0 && !continues) {
        streamStarts[count] = length;
        fileStarts[count] = range.start();
        count++;
      }
      length = Math.addExact(length, range.length());
    }
    return new Placement(
        Arrays.copyOf(streamStarts, count), Arrays.copyOf(fileStarts, count), length);
  }

  /// Bytes of the stream.
  long length() {
    return length;
  }

  /// Where in the file one byte of the stream is.
  long offsetOf(long position) {
    int run = runOf(position);
    return fileStarts[run] + position - streamStarts[run];
  }

  /// The ranges of the file that hold a range of the stream, in the order of the stream.
  List<ByteRange> slice(ByteRange stream) {
    List<ByteRange> slices = new ArrayList<>();
    long at = stream.start();
    while (at < stream.end()) {
      int run = runOf(at);
      long runEnd = run + 1 < streamStarts.length ? streamStarts[run + 1] : length;
      long end = Math.min(runEnd, stream.end());
      slices.add(ByteRange.at(fileStarts[run] + at - streamStarts[run], end - at));
      at = end;
    }
    return slices;
  }

  /// All ranges of the file.
  List<ByteRange> ranges() {
    return slice(new ByteRange(0, length));
  }

  /// The ranges of the stream that lie in a range of the file.
  List<ByteRange> touching(ByteRange file) {
    List<ByteRange> touched = new ArrayList<>();
    for (int run = 0; run < streamStarts.length; run++) {
      long runEnd = run + 1 < streamStarts.length ? streamStarts[run + 1] : length;
      long shift = streamStarts[run] - fileStarts[run];
      long start = Math.max(streamStarts[run], file.start() + shift);
      long end = Math.min(runEnd, file.end() + shift);
      if (start < end) {
        touched.add(new ByteRange(start, end));
      }
    }
    return ByteRange.merged(touched);
  }

  private int runOf(long position) {
    if (position < 0 || position >= length) {
      throw new IndexOutOfBoundsException(position + " in a stream of " + length);
    }
    int found = Arrays.binarySearch(streamStarts, position);
    return found >= 0 ? found : -found - 2;
  }
}
