package dev.computepool.crawl.fetch;

import java.util.List;

/// What a reader without scripts sees of a page, roughly and at once: without parsing it, and no
/// further than is needed.
final class VisibleText {
  private static final List<String> UNSEEN =
      List.of("script", "style", "template", "svg", "noscript", "title", "iframe");

  private VisibleText() {}

  /// The first `most` characters, with single spaces.
  static String begin(String html, int most) {
    StringBuilder text = new StringBuilder(most);
    int at = 0;
    while (at < html.length() && text.length() < most) {
      char c = html.charAt(at);
      if (c == '<') {
        at = afterTag(html, at);
        space(text);
      } else {
        if (Character.isWhitespace(c)) {
          space(text);
        } else {
          text.append(c);
        }
        at++;
      }
    }
    return text.toString().strip();
  }

  private static void space(StringBuilder text) {
    if (!text.isEmpty() && text.charAt(text.length() - 1) != ' ') {
      text.append(' ');
    }
  }

  private static int afterTag(String html, int at) {
    if (html.startsWith("<!--", at)) {
      return after(html, html.indexOf("-->", at + 4), 3);
    }
    for (String name : UNSEEN) {
      if (isTag(html, at + 1, name)) {
        return after(html, end(html, at, name), name.length() + 2);
      }
    }
    return after(html, html.indexOf('>', at), 1);
  }

  private static boolean isTag(String html, int at, String name) {
    int next = at + name.length();
    return html.regionMatches(true, at, name, 0, name.length())
        && next < html.length()
        && !Character.isLetterOrDigit(html.charAt(next));
  }

  /// Where the end tag begins, -1 if there is none.
  private static int end(String html, int from, String name) {
    for (int at = html.indexOf("</", from); at >= 0; at = html.indexOf("</", at + 2)) {
      if (html.regionMatches(true, at + 2, name, 0, name.length())) {
        return at;
      }
    }
    return -1;
  }

  private static int after(String html, int at, int length) {
    return at < 0 ? html.length() : at + length;
  }
}
