package dev.computepool.train.external;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Lines of what a program prints, whatever it is: bytes that are no UTF-8 are replaced, of a line
/// that has no end the beginning is kept, and a carriage return ends one too, for progress bars.
final class LineReader {
  /// Bytes of the longest line.
  static final int MAX = 64 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int at;
  private int filled;

  LineReader(InputStream in) {
    this.in = in;
  }

  /// The next line that is not empty; null at the end.
  @Nullable String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      if (at == filled) {
        filled = in.read(buffer);
        at = 0;
        if (filled < 0) {
          filled = 0;
          return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
        }
        continue;
      }
      byte next = buffer[at++];
      if (next != '\n' && next != '\r') {
        if (line.size() < MAX) {
          line.write(next);
        }
      } else if (line.size() > 0) {
        return line.toString(StandardCharsets.UTF_8);
      }
    }
  }
}
