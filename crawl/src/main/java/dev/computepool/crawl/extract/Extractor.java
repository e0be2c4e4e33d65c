package dev.computepool.crawl.extract;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.net.URI;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;

/// From HTML to the main content of a page as Markdown.
///
/// One set of rules for all pages: it knows templates of generators by what they have in common,
/// and no site, host or page. The steps: parse; measure every element once; take out what works
/// the page; tell what kind of page it is; find what holds its text; take out what belongs to the
/// site; write what is left.
///
/// The rules are fixed and nothing is kept between pages, so any number of threads may extract.
public final class Extractor {
  /// Characters of the longest page that is read: ten times the longest that people write.
  public static final int MAX_LENGTH = 16 << 20;

  /// Elements inside each other that are kept apart; deeper ones become neighbours. Browsers stop
  /// at 512. It bounds the recursion of everything that goes down a page.
  private static final int MAX_DEPTH = 400;

  /// Characters of Markdown below which a page is taken for a shell that scripts fill.
  private static final int NEXT_TO_NOTHING = 200;

  private Extractor() {}

  /// The main content of a page.
  ///
  /// @param base where the page comes from, against which its links are resolved
  /// @throws FormatException if the page is longer than [#MAX_LENGTH]
  public static Extraction extract(String html, URI base) throws FormatException {
    Page page = read(html, base);
    return extraction(page, ContentFinder.find(page));
  }

  /// The main content of a page, and why it is that: what was taken for the text, and what was
  /// taken out for which reason.
  ///
  /// @throws FormatException if the page is longer than [#MAX_LENGTH]
  public static Explanation explain(String html, URI base) throws FormatException {
    Page page = read(html, base);
    Content content = ContentFinder.find(page);
    return Explanation.of(page, content, extraction(page, content));
  }

  private static Page read(String html, URI base) throws FormatException {
    if (html.length() > MAX_LENGTH) {
      throw new FormatException(
          base.toString(),
          new Problem(
              "",
              "the page has %d characters, the limit is %d".formatted(html.length(), MAX_LENGTH)));
    }
    Document document =
        Parser.htmlParser().setMaxDepth(MAX_DEPTH).parseInput(html, base.toString());
    return Page.of(document);
  }

  private static Extraction extraction(Page page, Content content) {
    String markdown = MarkdownRenderer.render(content.roots());
    if (markdown.length() < NEXT_TO_NOTHING) {
      String stated = StatedText.of(page.document());
      markdown = stated.length() > NEXT_TO_NOTHING ? stated : markdown;
    }
    return new Extraction(
        Titles.of(page, content.title()),
        Languages.stated(page.document()),
        Licences.stated(page),
        markdown);
  }
}
