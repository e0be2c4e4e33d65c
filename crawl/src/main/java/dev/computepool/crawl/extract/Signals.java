package dev.computepool.crawl.extract;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/// What a page says about itself to machines.
///
/// @param types names of schema.org types, from JSON-LD and from microdata, such as `NewsArticle`
/// @param form Open Graph's type, such as `article`; empty if there is none
/// @param generator the program that made the page, in lower case; empty if it does not say
/// @param path of its canonical address, in lower case; empty if it does not say
record Signals(Set<String> types, String form, String generator, String path) {
  private static final Pattern TYPE = Pattern.compile("\"@type\"\\s*:\\s*\\[?\\s*\"(\\w{1,40})\"");

  private static final Set<String> ARTICLES =
      Set.of(
          "Article",
          "NewsArticle",
          "BlogPosting",
          "ReportageNewsArticle",
          "Report",
          "TechArticle",
          "ScholarlyArticle",
          "OpinionNewsArticle",
          "AnalysisNewsArticle",
          "LiveBlogPosting",
          "Recipe");

  private static final Set<String> DISCUSSIONS = Set.of("DiscussionForumPosting", "QAPage");

  /// Programs that make documentation and nothing else.
  private static final Set<String> GENERATORS =
      Set.of(
          "sphinx",
          "docutils",
          "docusaurus",
          "mkdocs",
          "vitepress",
          "vuepress",
          "gitbook",
          "doxygen",
          "asciidoctor",
          "antora",
          "javadoc",
          "rustdoc",
          "docbook",
          "mdbook",
          "pkgdown",
          "starlight",
          "docfx",
          "exdoc",
          "haddock",
          "yard",
          "jsdoc",
          "typedoc",
          "dokka",
          "texinfo",
          "makeinfo",
          "bookdown",
          "quarto",
          "documenter",
          "ghc",
          "pdoc",
          "ford",
          "hevea",
          "latex2html",
          "perldoc",
          "pod2html",
          "mediawiki",
          "dokuwiki",
          "moinmoin",
          "nextra",
          "docsify");

  /// Programs that run forums and nothing else.
  private static final Set<String> FORUMS =
      Set.of(
          "vbulletin",
          "phpbb",
          "xenforo",
          "discourse",
          "discuz",
          "mybb",
          "smf",
          "invision",
          "nodebb",
          "flarum",
          "vanilla",
          "fluxbb",
          "punbb",
          "woltlab",
          "ubb",
          "yabb");

  static Signals of(Page page) {
    Document document = page.document();
    Set<String> types = new HashSet<>();
    String form = "";
    String generator = "";
    String path = "";
    for (Element element : document.head().children()) {
      switch (element.normalName()) {
        case "meta" -> {
          String name = element.attr("property") + element.attr("name");
          String content = element.attr("content");
          switch (name.toLowerCase(Locale.ROOT)) {
            case "og:type" -> form = content.toLowerCase(Locale.ROOT);
            case "generator" -> generator += ' ' + content.toLowerCase(Locale.ROOT);
            case "og:url" -> path = path.isEmpty() ? path(content) : path;
            default -> {}
          }
        }
        case "link" -> {
          if (element.attr("rel").equalsIgnoreCase("canonical")) {
            path = path(element.attr("href"));
          }
        }
        case "script" -> addTypes(element, types);
        default -> {}
      }
    }
    for (Box box : page.boxes()) {
      if (box.is("script")) {
        addTypes(box.element(), types);
      } else {
        String type = box.attribute("itemtype");
        if (!type.isEmpty()) {
          types.add(type.substring(type.lastIndexOf('/') + 1));
        }
      }
    }
    return new Signals(types, form, generator, path);
  }

  private static void addTypes(Element script, Set<String> types) {
    if (script.attr("type").contains("ld+json")) {
      Matcher matcher = TYPE.matcher(script.data());
      while (matcher.find()) {
        types.add(matcher.group(1));
      }
    }
  }

  private static String path(String address) {
    int host = address.indexOf("//");
    int start = address.indexOf('/', host < 0 ? 0 : host + 2);
    return start < 0 ? "" : address.substring(start).toLowerCase(Locale.ROOT);
  }

  boolean saysArticle() {
    return form.equals("article") || types.stream().anyMatch(ARTICLES::contains);
  }

  boolean saysNews() {
    return types.contains("NewsArticle") || types.contains("BlogPosting");
  }

  boolean saysProduct() {
    return form.startsWith("product")
        || form.equals("og:product")
        || types.contains("Product")
        || types.contains("ProductGroup");
  }

  boolean saysDiscussion() {
    return types.stream().anyMatch(DISCUSSIONS::contains) || isMadeBy(FORUMS);
  }

  boolean saysDocumentation() {
    return isMadeBy(GENERATORS);
  }

  private boolean isMadeBy(Set<String> programs) {
    for (String word : generator.split("[^a-z0-9]+", -1)) {
      if (programs.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
