package dev.computepool.crawl;

import dev.computepool.base.FormatException;
import dev.computepool.base.http.Head;
import dev.computepool.crawl.extract.Explanation;
import dev.computepool.crawl.extract.Extractor;
import dev.computepool.crawl.extract.PageText;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.pdf.PdfReader;
import dev.computepool.crawl.source.Folder;
import dev.computepool.crawl.source.Found;
import dev.computepool.crawl.source.PageForms;
import dev.computepool.crawl.source.RawPage;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// Says what a crawl makes of files. What their owners allow is not asked: nothing is kept of them.
public final class FilePages implements Closeable {
  private static final URI NOWHERE = URI.create("");

  private final PdfReader pdfs = PdfReader.open();
  private final PageReader reader = new PageReader(null, pdfs);
  private final long maxBytes;

  /// Starts nothing yet.
  ///
  /// @param maxBytes of files that are no HTML
  public FilePages(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Reads one file: Markdown, text and PDFs, told by their names, as a crawl reads them in a
  /// folder; all others as HTML.
  ///
  /// @throws FormatException if it is no text, or too long
  /// @throws PageRefusedException if it cannot be read
  public Explanation explain(Path file) throws IOException {
    RawPage.Form form =
        PageForms.ofFile(String.valueOf(file.getFileName())).orElse(RawPage.Form.HTML);
    if (form == RawPage.Form.HTML) {
      return Extractor.explain(PageText.read(file), file.toUri());
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    return switch (Folder.read(folder, file.toAbsolutePath(), maxBytes)) {
      case Found.Nothing(String _, var why, String detail) ->
          throw new PageRefusedException(file.toString(), why, detail);
      case Found.Page(RawPage page) -> explain(file.toString(), page);
    };
  }

  /// Reads a page that has no file, such as one that is piped in: HTML, PDFs, also compressed by
  /// gzip, and what begins like neither as text.
  ///
  /// @param name named in errors
  /// @throws FormatException if it is no text, or too long
  /// @throws PageRefusedException if it cannot be read
  public Explanation explain(String name, InputStream in) throws IOException {
    byte[] bytes = PageText.bytes(in, name);
    RawPage.Form form = PageForms.ofAnswer("", "", bytes);
    if (form == RawPage.Form.HTML) {
      return Extractor.explain(PageText.decode(bytes, null, name), NOWHERE);
    }
    Digest sha256 = Sha256.hasher().update(bytes, 0, bytes.length).digest();
    Head none = new Head(200, Map.of());
    return explain(
        name,
        new RawPage(NOWHERE, form, none, Instant.EPOCH, sha256, bytes.length, null, () -> bytes));
  }

  /// Names the page as the caller does, should it be refused.
  private Explanation explain(String name, RawPage page) throws IOException {
    try {
      return reader.explain(page);
    } catch (PageRefusedException e) {
      throw new PageRefusedException(name, e.why(), e.detail());
    } catch (FormatException e) {
      throw new FormatException(name, e.problems());
    }
  }

  @Override
  public void close() {
    pdfs.close();
  }
}
