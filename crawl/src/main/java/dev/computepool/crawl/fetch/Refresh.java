package dev.computepool.crawl.fetch;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/// Tells pages that only say where they have moved to.
///
/// @see <a href="https://html.spec.whatwg.org/#attr-meta-http-equiv-refresh">HTML</a>
final class Refresh {
  /// Bytes of the largest page that can be one.
  static final int LARGEST = 32 << 10;

  /// Such a page says that it has moved, and where to.
  private static final int MOST_LETTERS = 400;

  /// Seconds after which a page was there to be read.
  private static final int LONGEST_WAIT = 10;

  private static final Pattern MARK = Pattern.compile("(?i)http-equiv\\s*=\\s*[\"']?refresh");

  private static final Pattern CONTENT =
      Pattern.compile(
          "(?i)\\s*(\\d{1,4})[\\d.]*\\s*[;,\\s]\\s*(?:url\\s*=\\s*)?([\"']?)(.+?)\\2\\s*");

  private Refresh() {}

  /// Where a page sends its readers, as it says it; empty if it has something to read itself.
  static Optional<String> target(byte[] page) {
    String html = new String(page, StandardCharsets.UTF_8);
    if (page.length > LARGEST
        || !MARK.matcher(html).find()
        || VisibleText.begin(html, MOST_LETTERS).length() >= MOST_LETTERS - 1) {
      return Optional.empty();
    }
    for (Element meta : Jsoup.parse(html).select("meta[http-equiv=refresh]")) {
      Matcher content = CONTENT.matcher(meta.attr("content"));
      if (meta.closest("noscript") == null
          && content.matches()
          && Integer.parseInt(content.group(1)) <= LONGEST_WAIT) {
        return Optional.of(content.group(3));
      }
    }
    return Optional.empty();
  }
}
