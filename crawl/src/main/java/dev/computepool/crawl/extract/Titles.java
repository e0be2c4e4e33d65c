package dev.computepool.crawl.extract;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/// The title of a page, and the heading that shows it.
final class Titles {
  /// Characters below which a heading is found in a title by chance.
  private static final int TELLING = 8;

  private Titles() {}

  /// What the page calls itself: Open Graph's title, or the `title` element.
  static String stated(Document document) {
    for (Element meta : document.head().select("meta[property=og:title]")) {
      if (!meta.attr("content").isBlank()) {
        return meta.attr("content").strip();
      }
    }
    return document.title();
  }

  /// The heading that says what the title says; null if there is none.
  static @Nullable Box heading(Page page) {
    String title = Phrases.normal(page.document().title());
    String stated = Phrases.normal(stated(page.document()));
    int shorter = Math.min(title.length(), stated.isEmpty() ? title.length() : stated.length());
    Box best = null;
    int bestLength = 0;
    for (Box box : page.standing()) {
      int level = Tags.headingLevel(box.tag());
      if (level > 0 && level < 4 && box.chars() > 0) {
        String text = Phrases.normal(withoutMark(box.line()));
        boolean same = text.equals(stated) || text.equals(title);
        boolean inside =
            text.length() >= TELLING
                && text.length() * 2 >= shorter
                && (title.contains(text) || stated.contains(text));
        // Few ideographs say as much as a whole line of letters.
        boolean first =
            (level == 1 || (text.length() >= TELLING && box.chars() * 2 >= text.length() * 3))
                && (title.startsWith(text) || stated.startsWith(text));
        boolean more = stated.length() >= TELLING && text.startsWith(stated);
        int length = same || more ? Integer.MAX_VALUE : text.length();
        if ((same || inside || first || more) && !text.isEmpty() && length > bestLength) {
          best = box;
          bestLength = length;
        }
      }
    }
    return best;
  }

  /// The title without the name of the site.
  static String of(Page page, @Nullable Box heading) {
    if (heading != null) {
      return withoutMark(heading.element().text());
    }
    String title = stated(page.document());
    for (String separator : new String[] {" | ", " — ", " – ", " - ", " :: ", " » "}) {
      int at = title.lastIndexOf(separator);
      if (at > TELLING) {
        return title.substring(0, at).strip();
      }
    }
    return title.strip();
  }

  /// Without the sign that links a heading to itself.
  private static String withoutMark(String heading) {
    String text = heading.strip();
    return text.endsWith("¶") ? text.substring(0, text.length() - 1).strip() : text;
  }
}
