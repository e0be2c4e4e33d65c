package dev.computepool.crawl;

import dev.computepool.base.FormatException;
import dev.computepool.crawl.dataset.Document;
import dev.computepool.crawl.extract.Explanation;
import dev.computepool.crawl.extract.Extraction;
import dev.computepool.crawl.extract.Extractor;
import dev.computepool.crawl.extract.PageText;
import dev.computepool.crawl.fetch.Blank;
import dev.computepool.crawl.fetch.OptOut;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.pdf.PdfReader;
import dev.computepool.crawl.pdf.PdfText;
import dev.computepool.crawl.source.RawPage;
import dev.computepool.crawl.source.TextPages;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// From the bytes of a page to a document, or to the reason why there is none.
///
/// @param optOut tells pages whose owners do not want them used; null if that is not asked
/// @param pdfs reads PDFs; its owner closes it
record PageReader(@Nullable OptOut optOut, PdfReader pdfs) {
  /// What a page comes to.
  sealed interface Read {
    record Text(Document document) implements Read {}

    record Nothing(Refusal why, String detail) implements Read {}
  }

  /// What may be used of a page, before its content is looked for.
  private sealed interface Usable {
    record Html(String html) implements Usable {}

    record Plain(Extraction text) implements Usable {}

    record Nothing(Refusal why, String detail) implements Usable {}
  }

  /// Reads one page.
  Read read(RawPage page) throws IOException {
    try {
      return switch (usable(page)) {
        case Usable.Nothing(Refusal why, String detail) -> new Read.Nothing(why, detail);
        case Usable.Plain(Extraction text) -> document(page, text);
        case Usable.Html(String html) -> document(page, Extractor.extract(html, page.source()));
      };
    } catch (FormatException e) {
      return new Read.Nothing(Refusal.UNREADABLE, e.problems().getFirst().toString());
    }
  }

  /// What a page comes to, and why. It may have nothing that reads like content.
  ///
  /// @throws FormatException if it is no text, or too long
  /// @throws PageRefusedException if a crawl would not use it
  Explanation explain(RawPage page) throws IOException {
    return switch (usable(page)) {
      case Usable.Nothing(Refusal why, String detail) ->
          throw new PageRefusedException(page.source(), why, detail);
      case Usable.Plain(Extraction text) -> Explanation.ofText(text);
      case Usable.Html(String html) -> Extractor.explain(html, page.source());
    };
  }

  private Usable usable(RawPage page) throws IOException {
    Optional<String> no = optOut == null ? Optional.empty() : optOut.ofHead(page.head());
    if (no.isPresent()) {
      return new Usable.Nothing(Refusal.OPTED_OUT, no.get());
    }
    return switch (page.form()) {
      case HTML -> html(text(page), page.source());
      case MARKDOWN -> new Usable.Plain(TextPages.markdown(text(page), name(page.source())));
      case TEXT -> new Usable.Plain(TextPages.text(text(page), name(page.source())));
      case PDF -> pdf(page);
    };
  }

  private static String text(RawPage page) throws IOException {
    String type = page.head().first("content-type");
    return PageText.decode(page.content().bytes(), type, page.source().toString());
  }

  private Usable pdf(RawPage page) throws IOException {
    return switch (pdfs.read(page.content().bytes())) {
      case PdfText.Unsupported() -> new Usable.Nothing(Refusal.PDF, "");
      case PdfText.Unreadable(String why) -> new Usable.Nothing(Refusal.UNREADABLE, why);
      case PdfText.Read(String title, String markdown, boolean allowed) ->
          optOut != null && !allowed
              ? new Usable.Nothing(Refusal.OPTED_OUT, "it forbids to take text out of it")
              : new Usable.Plain(
                  new Extraction(
                      title.isEmpty() ? name(page.source()) : title, null, null, markdown));
    };
  }

  private Usable html(String html, URI source) throws FormatException {
    Optional<String> no = optOut == null ? Optional.empty() : optOut.ofPage(html);
    if (no.isPresent()) {
      return new Usable.Nothing(Refusal.OPTED_OUT, no.get());
    }
    Optional<Refusal> blank = Blank.reason(html);
    return blank.isPresent() && !(blank.get() == Refusal.SCRIPT_RENDERED && says(html, source))
        ? new Usable.Nothing(blank.get(), "")
        : new Usable.Html(html);
  }

  /// Whether a page that scripts fill also has its text for those who run none.
  private static boolean says(String html, URI source) throws FormatException {
    return Extractor.extract(html, source).markdown().length() > Blank.MOST_LETTERS;
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
