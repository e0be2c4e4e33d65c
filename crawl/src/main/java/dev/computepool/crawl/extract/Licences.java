package dev.computepool.crawl.extract;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/// The licence that a page says its text is under.
final class Licences {
  private static final Pattern JSON = Pattern.compile("\"license\"\\s*:\\s*\"([^\"\\\\]{1,300})\"");

  private Licences() {}

  /// From `rel=license`, `meta`, JSON-LD, or a link to a Creative Commons licence, in this order;
  /// null if the page has none of them. It is told as stated, a URL where there is one.
  static @Nullable String stated(Page page) {
    String byMeta = null;
    String byData = null;
    for (Element element : page.document().head().children()) {
      switch (element.normalName()) {
        case "link" -> {
          if (isLicence(element)) {
            return absolute(element);
          }
        }
        case "meta" -> byMeta = byMeta == null ? ofMeta(element) : byMeta;
        case "script" -> byData = byData == null ? ofScript(element) : byData;
        default -> {}
      }
    }
    String byLink = null;
    for (Box box : page.boxes()) {
      if (box.is("a")) {
        if (isLicence(box.element())) {
          return absolute(box.element());
        }
        String href = box.attribute("href");
        if (byLink == null && href.contains("creativecommons.org/") && isLicenceAddress(href)) {
          byLink = href.startsWith("//") ? "https:" + href : href;
        }
      } else if (byData == null && box.is("script")) {
        byData = ofScript(box.element());
      }
    }
    if (byMeta != null) {
      return byMeta;
    }
    return byData != null ? byData : byLink;
  }

  private static boolean isLicence(Element link) {
    String rel = link.attr("rel").toLowerCase(Locale.ROOT);
    return (rel.contains("license") || rel.contains("licence")) && !link.attr("href").isBlank();
  }

  private static boolean isLicenceAddress(String href) {
    return href.contains("/licenses/") || href.contains("/publicdomain/");
  }

  private static @Nullable String ofMeta(Element meta) {
    String name = (meta.attr("name") + meta.attr("property")).toLowerCase(Locale.ROOT);
    boolean states =
        switch (name) {
          case "license", "licence", "dcterms.license", "dc.rights.license", "dcterms.rights" ->
              true;
          default -> false;
        };
    return states && !meta.attr("content").isBlank() ? meta.attr("content").strip() : null;
  }

  private static @Nullable String ofScript(Element script) {
    if (!script.attr("type").contains("ld+json")) {
      return null;
    }
    Matcher matcher = JSON.matcher(script.data());
    return matcher.find() ? matcher.group(1) : null;
  }

  private static String absolute(Element link) {
    String absolute = link.absUrl("href");
    return absolute.isEmpty() ? link.attr("href") : absolute;
  }
}
