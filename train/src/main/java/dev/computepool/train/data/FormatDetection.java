package dev.computepool.train.data;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.chat.LineFormat;
import dev.computepool.train.data.Lines.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells the format of a dataset by its first lines.
final class FormatDetection {
  private static final JsonMapper JSON = new JsonMapper();

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
      if (batch == null) {
        throw new FormatException(file.toString(), new Problem("", "is empty"));
      }
      return first(batch)
          .orElseThrow(() -> new FormatException(file.toString(), withoutFormat(batch)));
    }
  }

  /// What is wrong with lines of which none has a format.
  private static Problem withoutFormat(Batch batch) {
    byte[] bytes = batch.bytes();
    int from = startsWithMark(bytes) ? 3 : 0;
    int to = lineEnd(batch, from);
    try {
      JSON.readTree(bytes, from, to - from);
    } catch (IOException e) {
      Problem broken = SyntaxProblem.json(e);
      return new Problem(
          broken.at().isEmpty() ? "line 1" : broken.at(),
          broken.what() + "; a dataset has one JSON object on each line");
    }
    return new Problem(
        "line 1",
        "no line has 'messages' (chatml), 'instruction' (alpaca),"
            + " 'conversations' (sharegpt) or 'text' (text)");
  }

  private static int lineEnd(Batch batch, int from) {
    int to = from;
    while (to < batch.length() && batch.bytes()[to] != '\n') {
      to++;
    }
    return to;
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
      int to = lineEnd(batch, from);
      Optional<LineFormat> format = LineFormat.detect(bytes, from, to);
      if (format.isPresent()) {
        return format;
      }
      from = to + 1;
    }
    return Optional.empty();
  }
}
