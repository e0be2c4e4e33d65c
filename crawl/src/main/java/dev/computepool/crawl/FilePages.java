package dev.computepool.crawl;

import dev.computepool.crawl.extract.Explanation;
import dev.computepool.crawl.extract.Extractor;
import dev.computepool.crawl.extract.PageText;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.pdf.PdfReader;
import dev.computepool.crawl.source.Folder;
import dev.computepool.crawl.source.Found;
import dev.computepool.crawl.source.PageForms;
import dev.computepool.crawl.source.RawPage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/// Says what a crawl makes of files. What their owners allow is not asked: nothing is kept of them.
public final class FilePages implements Closeable {
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
  /// @throws dev.computepool.base.FormatException if it is no text, or too long
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
      case Found.Page(RawPage page) -> explain(file, page);
    };
  }

  /// Names the file as the caller does, should it be refused.
  private Explanation explain(Path file, RawPage page) throws IOException {
    try {
      return reader.explain(page);
    } catch (PageRefusedException e) {
      throw new PageRefusedException(file.toString(), e.why(), e.detail());
    }
  }

  @Override
  public void close() {
    pdfs.close();
  }
}
