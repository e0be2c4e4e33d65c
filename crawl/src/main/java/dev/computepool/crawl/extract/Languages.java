package dev.computepool.crawl.extract;

import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/// The language that a page says it is in.
final class Languages {
  /// The shape of a BCP 47 tag, `_` instead of `-` forgiven.
  private static final Pattern TAG = Pattern.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*");

  private Languages() {}

  /// From `lang` of `body` or `html`, `Content-Language` or Open Graph's locale, in this
  /// order; null if none of them has a tag.
  static @Nullable String stated(Document document) {
    for (Element element = document.body(); element != null; element = element.parent()) {
      String tag =
          tag(element.attr("lang").isBlank() ? element.attr("xml:lang") : element.attr("lang"));
      if (tag != null) {
        return tag;
      }
    }
    for (Element meta : document.head().getElementsByTag("meta")) {
      boolean states =
          meta.attr("http-equiv").equalsIgnoreCase("content-language")
              || meta.attr("name").equalsIgnoreCase("language")
              || meta.attr("property").equals("og:locale");
      String tag = states ? tag(meta.attr("content")) : null;
      if (tag != null) {
        return tag;
      }
    }
    return null;
  }

  private static @Nullable String tag(String value) {
    String first = value.strip().split("[,;\\s]", 2)[0];
    return TAG.matcher(first).matches() ? first.replace('_', '-') : null;
  }
}
