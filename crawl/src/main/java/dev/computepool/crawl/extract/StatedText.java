package dev.computepool.crawl.extract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Entities;
import org.jsoup.parser.Parser;

/// The text of an article as a page states it to machines: all there is to read where scripts draw
/// the page.
///
/// @see <a href="https://schema.org/articleBody">articleBody</a>
final class StatedText {
  /// Line feeds inside strings are what people get wrong most.
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();

  private StatedText() {}

  /// The longest `articleBody` in the JSON-LD of a page as Markdown; empty if it has none.
  static String of(Document document) {
    String longest = "";
    for (Element script : document.select("script[type*=ld+json]")) {
      if (script.data().contains("\"articleBody\"")) {
        for (String text : bodies(script.data())) {
          longest = text.length() > longest.length() ? text : longest;
        }
      }
    }
    return longest.isBlank() ? "" : markdown(longest, document.baseUri());
  }

  private static List<String> bodies(String json) {
    try {
      return JSON.readTree(json).findValues("articleBody").stream()
          .filter(JsonNode::isTextual)
          .map(JsonNode::textValue)
          .toList();
    } catch (JsonProcessingException e) {
      return List.of(); // machines that cannot read it do without
    }
  }

  /// From text with line feeds between its paragraphs, or from HTML, which some sites put there.
  private static String markdown(String text, String base) {
    String html =
        text.contains("</p>") || text.contains("<br")
            ? text
            : "<p>" + Entities.escape(text.strip()).replaceAll("\\s*\\n\\s*", "</p><p>");
    Page page = Page.of(Parser.htmlParser().parseInput(html, base));
    return MarkdownRenderer.render(List.of(page.body()));
  }
}
