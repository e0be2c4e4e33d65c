package dev.computepool.crawl.extract;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The text of a page, from bytes whose encoding has to be found out.
public final class PageText {
  /// Bytes in which what is no text gives itself away.
  private static final int PRESCAN = 4096;

  private PageText() {}

  /// The page in a file, which may be compressed by gzip whatever it is called.
  ///
  /// @throws FormatException if it is no text, too long, or damaged
  public static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return decode(bytes(in, file.toString()), null, file.toString());
    }
  }

  /// The bytes of a page, which may be compressed by gzip.
  ///
  /// @param source named in errors
  /// @throws FormatException if there are too many, or they are damaged
  public static byte[] bytes(InputStream in, String source) throws IOException {
    byte[] start = in.readNBytes(2);
    boolean compressed =
        start.length == 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), in);
    byte[] bytes = compressed ? inflate(source, whole) : whole.readNBytes(Extractor.MAX_LENGTH + 1);
    if (bytes.length > Extractor.MAX_LENGTH) {
      throw new FormatException(
          source,
          new Problem(
              "", "the page is longer than the limit of %d bytes".formatted(Extractor.MAX_LENGTH)));
    }
    return bytes;
  }

  private static byte[] inflate(String source, InputStream compressed) throws IOException {
    try (InputStream in = new GZIPInputStream(compressed)) {
      return in.readNBytes(Extractor.MAX_LENGTH + 1);
    } catch (ZipException | EOFException e) {
      throw new FormatException(source, new Problem("", "damaged gzip data: " + e.getMessage()));
    }
  }

  /// Text from bytes in an encoding that {@link PageCharset} finds out.
  ///
  /// @param contentType the header of that name, such as `text/html; charset=koi8-r`
  /// @param source named in errors
  /// @throws FormatException if the bytes are no text
  public static String decode(byte[] bytes, @Nullable String contentType, String source)
      throws FormatException {
    String binary =
        startsWith(bytes, 0xfe, 0xff) || startsWith(bytes, 0xff, 0xfe) ? null : binaryKind(bytes);
    if (binary != null) {
      throw new FormatException(source, new Problem("", "this is " + binary + " and not HTML"));
    }
    return PageCharset.decode(bytes, contentType);
  }

  private static @Nullable String binaryKind(byte[] bytes) {
    if (startsWith(bytes, '%', 'P', 'D', 'F', '-')) {
      return "a PDF";
    }
    if (startsWith(bytes, 'P', 'K', 3, 4)) {
      return "a ZIP archive";
    }
    if (startsWith(bytes, 0x89, 'P', 'N', 'G')
        || startsWith(bytes, 0xff, 0xd8, 0xff)
        || startsWith(bytes, 'G', 'I', 'F', '8')) {
      return "an image";
    }
    for (int i = 0; i < Math.min(bytes.length, PRESCAN); i++) {
      if (bytes[i] == 0) {
        return "binary data (a zero at byte " + i + ")";
      }
    }
    return null;
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }
}
