package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.List;

/// Why the content of a page is what it is.
///
/// @param extraction the content
/// @param kind what the page was taken for
/// @param roots the elements that were taken for its text, such as `article.post`
/// @param removals what was taken out although it has text, outermost elements only, in the order
///     of the page
/// @param pageCharacters of text on the page, white space collapsed
public record Explanation(
    Extraction extraction,
    PageKind kind,
    List<String> roots,
    List<Removal> removals,
    int pageCharacters) {
  /// Characters of a removal that are shown.
  private static final int EXCERPT = 60;

  /// An element that was taken out.
  ///
  /// @param reason such as `navigation`
  /// @param element such as `div#menu.top`
  /// @param characters of text in it
  /// @param excerpt how its text begins
  public record Removal(String reason, String element, int characters, String excerpt) {}

  /// Text that was not taken out of anything.
  public static Explanation ofText(Extraction text) {
    return new Explanation(text, PageKind.OTHER, List.of(), List.of(), text.markdown().length());
  }

  static Explanation of(Page page, Content content, Extraction extraction) {
    List<Removal> removals = new ArrayList<>();
    int characters = page.body().chars();
    int end = 0;
    for (Box box : page.boxes()) {
      String reason = box.dropped();
      if (reason != null && box.order() >= end) {
        end = box.end();
        characters += box.chars();
        if (box.chars() > 0) {
          removals.add(new Removal(reason, box.toString(), box.chars(), excerpt(box)));
        }
      }
    }
    List<String> roots = content.roots().stream().map(Box::toString).toList();
    return new Explanation(extraction, content.kind(), roots, removals, characters);
  }

  private static String excerpt(Box box) {
    String text = box.element().text();
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT).strip() + "…";
  }
}
