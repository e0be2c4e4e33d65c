package dev.computepool.crawl.fetch;

import dev.computepool.base.http.Head;
import dev.computepool.crawl.pdf.PdfReader;
import java.util.Set;

/// Tells pages from what else there is on the web, by their media type.
public final class PageTypes {
  /// Without a type it may well be a page.
  private static final Set<String> TYPES =
      Set.of(
          "text/html",
          "application/xhtml+xml",
          "text/plain",
          "text/markdown",
          "text/x-markdown",
          "");

  private PageTypes() {}

  /// Whether an answer says that it is HTML, Markdown, plain text or, where they can be read, a
  /// PDF, or does not say what it is.
  public static boolean isPage(Head head) {
    return TYPES.contains(head.mediaType())
        || (head.mediaType().equals("application/pdf") && PdfReader.isThere());
  }
}
