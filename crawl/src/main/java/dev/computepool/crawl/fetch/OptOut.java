package dev.computepool.crawl.fetch;

import dev.computepool.base.http.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;

/// What the owner of a page says about its use for search, mining and training.
///
/// @see <a href="https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240202/">TDMRep</a>
///
/// @param robot whom it may say it to by name
public record OptOut(Robot robot) {
  private static final Set<String> NO = Set.of("noindex", "none", "noai", "noml");
  private static final String TDM = "tdm-reservation";

  /// What the head of the answer says against the use of its page, in its own words.
  public Optional<String> ofHead(Head head) {
    for (String value : head.all("x-robots-tag")) {
      Optional<String> found = directive(forUs(value));
      if (found.isPresent()) {
        return found.map(word -> "X-Robots-Tag: " + word);
      }
    }
    for (String name : List.of("content-usage", "content-signal")) {
      if (head.all(name).stream().anyMatch(UsePreferences::refusesTraining)) {
        return Optional.of(name + ": " + String.join(", ", head.all(name)));
      }
    }
    return "1".equals(head.first(TDM)) ? Optional.of("tdm-reservation: 1") : Optional.empty();
  }

  /// What the page itself says against its use.
  public Optional<String> ofPage(String html) {
    List<Element> metas = new ArrayList<>();
    try (StreamParser parser = new StreamParser(Parser.htmlParser()).parse(html, "")) {
      for (Element element : (Iterable<Element>) () -> parser.iterator()) {
        if (element.normalName().equals("meta")) {
          metas.add(element);
        } else if (element.normalName().equals("head")) {
          break;
        }
      }
    }
    for (Element meta : metas) {
      String name = meta.attr("name").strip().toLowerCase(Locale.ROOT);
      String content = meta.attr("content").strip();
      if (name.equals(TDM) && content.equals("1")) {
        return Optional.of("tdm-reservation: 1");
      }
      if (name.equals("robots") || name.equals(robot.name())) {
        Optional<String> found = directive(content);
        if (found.isPresent()) {
          return found.map(word -> "meta %s: %s".formatted(name, word));
        }
      }
    }
    return Optional.empty();
  }

  /// Without the name of the robot that a value is for; empty if that is another.
  private String forUs(String value) {
    int colon = value.indexOf(':');
    String name = colon < 0 ? "" : value.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    // unavailable_after: and max-snippet: have colons of their own.
    if (name.isEmpty() || name.contains(",") || name.contains(" ") || isDirective(name)) {
      return value;
    }
    return name.equals(robot.name()) ? value.substring(colon + 1) : "";
  }

  private static boolean isDirective(String name) {
    return name.startsWith("max-") || name.equals("unavailable_after");
  }

  private static Optional<String> directive(String value) {
    return Arrays.stream(value.toLowerCase(Locale.ROOT).split(",", -1))
        .map(String::strip)
        .filter(NO::contains)
        .findFirst();
  }
}
