package dev.computepool.crawl;

import dev.computepool.base.FormatException;
import dev.computepool.crawl.dataset.Document;
import dev.computepool.crawl.extract.Extraction;
import dev.computepool.crawl.extract.Extractor;
import dev.computepool.crawl.extract.PageText;
import dev.computepool.crawl.fetch.Blank;
import dev.computepool.crawl.fetch.OptOut;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.source.RawPage;
import dev.computepool.crawl.source.TextPages;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/// From the bytes of a page to a document, or to the reason why there is none.
final class PageReader {
  private PageReader() {}

  /// What a page comes to.
  sealed interface Read {
    record Text(Document document) implements Read {}

    record Nothing(Refusal why, String detail) implements Read {}
  }

  /// Reads one page.
  ///
  /// @param respectOptOuts whether a page is left out whose owner does not want it used
  static Read read(RawPage page, boolean respectOptOuts) throws IOException {
    if (respectOptOuts) {
      Optional<String> no = OptOut.ofHead(page.head());
      if (no.isPresent()) {
        return new Read.Nothing(Refusal.OPTED_OUT, no.get());
      }
    }
    String text;
    try {
      String type = page.head().first("content-type");
      text = PageText.decode(page.content().bytes(), type, page.source().toString());
    } catch (FormatException e) {
      return new Read.Nothing(Refusal.UNREADABLE, e.problems().getFirst().toString());
    }
    return switch (page.form()) {
      case HTML -> html(page, text, respectOptOuts);
      case MARKDOWN -> document(page, TextPages.markdown(text, name(page.source())));
      case TEXT -> document(page, TextPages.text(text, name(page.source())));
    };
  }

  private static Read html(RawPage page, String html, boolean respectOptOuts) {
    if (respectOptOuts) {
      Optional<String> no = OptOut.ofPage(html);
      if (no.isPresent()) {
        return new Read.Nothing(Refusal.OPTED_OUT, no.get());
      }
    }
    Optional<Refusal> blank = Blank.reason(html);
    if (blank.isPresent()) {
      return new Read.Nothing(blank.get(), "");
    }
    try {
      return document(page, Extractor.extract(html, page.source()));
    } catch (FormatException e) {
      return new Read.Nothing(Refusal.UNREADABLE, e.problems().getFirst().toString());
    }
  }

  private static Read document(RawPage page, Extraction extraction) {
    if (extraction.markdown().isBlank()) {
      return new Read.Nothing(Refusal.EMPTY, "");
    }
    return new Read.Text(
        new Document(
            page.source(),
            extraction.title(),
            extraction.language(),
            extraction.licence() == null ? page.licence() : extraction.licence(),
            page.fetchedAt(),
            page.sha256(),
            extraction.markdown()));
  }

  /// The last part of a path, which is all that a text has for a title.
  private static String name(URI source) {
    String path = source.getFragment() != null ? source.getFragment() : source.getPath();
    return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
  }
}
