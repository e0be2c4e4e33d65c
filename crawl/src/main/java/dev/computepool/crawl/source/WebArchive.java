package dev.computepool.crawl.source;

import dev.computepool.base.FormatException;
import dev.computepool.base.InputFile;
import dev.computepool.base.http.Head;
import dev.computepool.crawl.fetch.PageTypes;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.WebUrl;
import dev.computepool.hash.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.netpreserve.jwarc.HttpResponse;
import org.netpreserve.jwarc.MediaType;
import org.netpreserve.jwarc.ParsingException;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcRecord;
import org.netpreserve.jwarc.WarcResponse;

/// The pages in a web archive, as Common Crawl publishes them: each record compressed by itself, or
/// none compressed at all. Of its records only answers with status 200 count, of the types that a
/// crawl takes for pages.
///
/// @see <a href="https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/">
///     WARC 1.1</a>
public final class WebArchive implements PageSource {
  private final Path file;
  private final WarcReader reader;
  private final long maxBytes;
  private final Predicate<URI> wanted;

  private WebArchive(Path file, WarcReader reader, long maxBytes, Predicate<URI> wanted) {
    this.file = file;
    this.reader = reader;
    this.maxBytes = maxBytes;
    this.wanted = wanted;
  }

  /// Opens an archive.
  ///
  /// @param maxBytes of one page
  /// @param wanted which pages to look at; the others are passed over without a word
  /// @throws FormatException if it is cut before its first record
  public static WebArchive open(Path file, long maxBytes, Predicate<URI> wanted)
      throws IOException {
    try {
      return new WebArchive(
          file, new WarcReader(InputFile.requireNoFolder(file)), maxBytes, wanted);
    } catch (EOFException e) {
      throw damaged(file, 0, "the archive ends in the middle");
    }
  }

  @Override
  public @Nullable Found next() throws IOException {
    try {
      for (WarcRecord record = reader.next().orElse(null);
          record != null;
          record = reader.next().orElse(null)) {
        Found found = record instanceof WarcResponse response ? read(response) : null;
        if (found != null) {
          return found;
        }
      }
      return null;
    } catch (ParsingException e) {
      throw damaged(file, reader.position(), "no record of a web archive");
    } catch (EOFException e) {
      throw damaged(file, reader.position(), "the archive ends in the middle");
    } catch (ZipException e) {
      throw damaged(file, reader.position(), "damaged gzip data");
    }
  }

  private static FormatException damaged(Path file, long at, String what) {
    return new FormatException(file.toString(), FormatException.Problem.atByte(at, what));
  }

  /// Null for what is no page.
  private @Nullable Found read(WarcResponse record) throws IOException {
    URI url;
    try {
      url = WebUrl.parse(record.target());
    } catch (IllegalArgumentException e) {
      return null; // dns: and the like
    }
    if (!wanted.test(url) || !record.contentType().base().equals(MediaType.HTTP)) {
      return null;
    }
    try {
      return page(url, record);
    } catch (IOException e) {
      // The records after an odd one are as good as those before it.
      return new Found.Nothing(
          url.toString(), Refusal.UNREADABLE, Objects.requireNonNullElse(e.getMessage(), ""));
    }
  }

  private @Nullable Found page(URI url, WarcResponse record) throws IOException {
    HttpResponse http = record.http();
    if (http.status() != 200) {
      return null;
    }
    Head head = head(http);
    if (!PageTypes.isPage(head)) {
      return null;
    }
    byte[] bytes;
    try (InputStream body = http.bodyDecoded().stream()) {
      bytes = body.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
    } catch (ZipException | EOFException e) {
      return new Found.Nothing(url.toString(), Refusal.UNREADABLE, "damaged gzip");
    }
    if (bytes.length > maxBytes) {
      return new Found.Nothing(url.toString(), Refusal.TOO_LARGE, "");
    }
    return new Found.Page(
        new RawPage(
            url,
            PageForms.ofAnswer(head.mediaType(), url.getPath(), bytes),
            head,
            record.date(),
            Sha256.hasher().update(bytes, 0, bytes.length).digest(),
            bytes.length,
            null,
            () -> bytes));
  }

  private static Head head(HttpResponse http) {
    Map<String, List<String>> headers = new TreeMap<>();
    http.headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    return new Head(http.status(), headers);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
