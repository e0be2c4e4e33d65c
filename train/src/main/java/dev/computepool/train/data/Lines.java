package dev.computepool.train.data;

import dev.computepool.base.InputFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of a file in batches, read once from its beginning to its end. A file may be larger
/// than memory, a line may not.
final class Lines implements Closeable {
  /// Bytes of the longest line that is kept; of a longer one only the beginning is.
  static final int MAX_LINE = 32 << 20;

  /// Bytes that are read at once.
  static final int BATCH = 1 << 20;

  private final InputStream in;
  private byte[] carried = new byte[0];
  private long number = 1;
  private long offset;
  private boolean ended;

  private Lines(InputStream in) {
    this.in = in;
  }

  /// Lines that follow one another.
  ///
  /// @param bytes they lie in these one after the other, each with its line end
  /// @param length bytes that count
  /// @param first the number of the first line, from 1
  /// @param tooLong bytes of the one line in here that is longer than {@link #MAX_LINE}; 0 for none
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Batch(byte[] bytes, int length, long first, long tooLong) {}

  static Lines open(Path file) throws IOException {
    return new Lines(Files.newInputStream(InputFile.requireNoFolder(file)));
  }

  /// The next lines; null at the end.
  @Nullable Batch next() throws IOException {
    if (ended && carried.length == 0) {
      return null;
    }
    byte[] bytes = Arrays.copyOf(carried, Math.max(BATCH, carried.length * 2));
    int length = carried.length;
    int searched = 0;
    while (true) {
      int read = ended ? 0 : in.readNBytes(bytes, length, bytes.length - length);
      ended |= read < bytes.length - length;
      length += read;
      int end = lastLineEnd(bytes, searched, length);
      if (end >= 0) {
        carried = Arrays.copyOfRange(bytes, end + 1, length);
        return batch(bytes, end + 1);
      }
      if (ended) {
        carried = new byte[0];
        return length == 0 ? null : batch(bytes, length);
      }
      if (length >= MAX_LINE) {
        return tooLong(bytes, length);
      }
      searched = length;
      bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_LINE, bytes.length * 2L));
    }
  }

  private Batch batch(byte[] bytes, int length) {
    Batch batch = new Batch(bytes, length, number, 0);
    for (int i = 0; i < length; i++) {
      number += bytes[i] == '\n' ? 1 : 0;
    }
    offset += length;
    return batch;
  }

  /// Passes over the rest of a line that is too long to be kept.
  private Batch tooLong(byte[] begin, int length) throws IOException {
    long total = length;
    byte[] bytes = new byte[BATCH];
    carried = new byte[0];
    while (!ended) {
      int read = in.readNBytes(bytes, 0, bytes.length);
      ended = read < bytes.length;
      int end = firstLineEnd(bytes, read);
      if (end >= 0) {
        total += end;
        carried = Arrays.copyOfRange(bytes, end + 1, read);
        break;
      }
      total += read;
    }
    offset += total + 1;
    return new Batch(begin, 0, number++, total);
  }

  private static int lastLineEnd(byte[] bytes, int from, int to) {
    int at = to - 1;
    while (at >= from && bytes[at] != '\n') {
      at--;
    }
    return at < from ? -1 : at;
  }

  private static int firstLineEnd(byte[] bytes, int to) {
    int at = 0;
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at < to ? at : -1;
  }

  /// Bytes that were handed out or passed over.
  long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
