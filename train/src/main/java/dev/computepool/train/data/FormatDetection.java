package dev.computepool.train.data;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.chat.LineFormat;
import dev.computepool.train.data.Lines.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells the format of a dataset by its first lines.
final class FormatDetection {
  private FormatDetection() {}

  /// The format that was asked for, or else the one of the first line that has any.
  ///
  /// @throws FormatException if the file is one JSON array, or none of its first lines has any
  ///     format
  static LineFormat require(Path file, @Nullable LineFormat wanted) throws IOException {
    try (Lines lines = Lines.open(file)) {
      Batch batch = lines.next();
      boolean array = batch != null && firstByte(batch) == '[';
      if (array) {
        throw new FormatException(
            file.toString(),
            new Problem(
                "line 1", "a JSON array; a dataset has one object on each line (jq -c '.[]')"));
      }
      if (wanted != null) {
        return wanted;
      }
      Optional<LineFormat> found = batch == null ? Optional.empty() : first(batch);
      return found.orElseThrow(
          () ->
              new FormatException(
                  file.toString(),
                  new Problem(
                      batch == null ? "" : "line 1",
                      batch == null
                          ? "is empty"
                          : "no line has 'messages' (chatml), 'instruction' (alpaca),"
                              + " 'conversations' (sharegpt) or 'text' (text)")));
    }
  }

  private static int firstByte(Batch batch) {
    byte[] bytes = batch.bytes();
    int at = startsWithMark(bytes) ? 3 : 0;
    while (at < batch.length() && Character.isWhitespace(bytes[at])) {
      at++;
    }
    return at < batch.length() ? bytes[at] : -1;
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length > 2
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }

  private static Optional<LineFormat> first(Batch batch) {
    byte[] bytes = batch.bytes();
    for (int from = 0; from < batch.length(); ) {
      int to = from;
      while (to < batch.length() && bytes[to] != '\n') {
        to++;
      }
      Optional<LineFormat> format = LineFormat.detect(bytes, from, to);
      if (format.isPresent()) {
        return format;
      }
      from = to + 1;
    }
    return Optional.empty();
  }
}
