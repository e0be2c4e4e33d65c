package dev.computepool.crawl.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;

/// What `Content-Encoding` names, taken off again.
final class ContentCoding {
  /// What we ask for.
  static final String ACCEPTED = "gzip, br";

  private static final int MAX_LAYERS = 3;

  private ContentCoding() {}

  /// Undoes the codings in the order in which they were applied.
  ///
  /// @param codings the values of the header
  /// @throws IOException if one is none of ours
  static InputStream decode(InputStream body, List<String> codings) throws IOException {
    List<String> names =
        codings.stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .filter(name -> !name.isEmpty() && !name.equals("identity"))
            .toList();
    if (names.size() > MAX_LAYERS) {
      throw new IOException("encoded %d times".formatted(names.size()));
    }
    InputStream decoded = body;
    for (String name : names.reversed()) {
      decoded =
          switch (name) {
            case "gzip", "x-gzip" -> gzip(decoded);
            case "br" -> new BrotliInputStream(decoded);
            case "deflate" -> deflate(decoded);
            default -> throw new IOException("unknown content encoding '%s'".formatted(name));
          };
    }
    return decoded;
  }

  /// Some servers name gzip for what has no body, or is not compressed at all.
  private static InputStream gzip(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    buffered.mark(2);
    int first = buffered.read();
    int second = buffered.read();
    buffered.reset();
    return first == 0x1f && second == 0x8b ? new GZIPInputStream(buffered) : buffered;
  }

  /// With the header of zlib, as the standard has it, or without, as some servers do.
  private static InputStream deflate(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    buffered.mark(2);
    int first = buffered.read();
    int second = buffered.read();
    buffered.reset();
    boolean zlib = (first & 0x0f) == 8 && ((first << 8) + second) % 31 == 0;
    return new InflaterInputStream(buffered, new Inflater(!zlib));
  }
}
