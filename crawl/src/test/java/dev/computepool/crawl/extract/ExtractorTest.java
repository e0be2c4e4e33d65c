package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExtractorTest {
  private static final URI BASE = URI.create("https://example.org/a/page.html");

  private static final String SENTENCE =
      "The river had been rising since noon, and by the evening nobody in the village,"
          + " not even the oldest of the fishermen, would say when it was going to stop. ";

  private static Explanation explain(String head, String body) throws Exception {
    return Extractor.explain("<html lang=en><head>" + head + "</head><body>" + body, BASE);
  }

  private static String paragraphs(int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      out.append("<p>Paragraph ").append(i).append(". ").append(SENTENCE).append("</p>");
    }
    return out.toString();
  }

  private static String lines(int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      out.append(i > 1 ? "\n" : "").append("Paragraph ").append(i).append(". ");
      out.append(SENTENCE.strip()).append("\n");
    }
    return out.toString();
  }

  @Test
  void anArticleIsItsTextWithoutWhatTheSitePutsAroundIt() throws Exception {
    Explanation page =
        explain(
            "<title>The flood | The Paper</title><meta property=og:type content=article>",
            "<nav><a href=/>Home</a></nav><div class=ticker>"
                + "<p>"
                + SENTENCE
                + "</p></div>"
                + "<h1>The flood</h1><div class=story><div class=byline>By A. Writer</div>"
                + paragraphs(4)
                + "<div class=related-posts><a href=/b>Another flood</a></div></div>"
                + "<h3>More from The Paper</h3><ul><li><a href=/c>Elections</a></li></ul>"
                + "<section id=comments><p>"
                + SENTENCE.repeat(9)
                + "</p></section>"
                + "<footer>© The Paper</footer>");
    assertEquals(PageKind.ARTICLE, page.kind());
    assertEquals(lines(4), page.extraction().markdown());
    assertEquals("The flood", page.extraction().title());
    assertEquals("en", page.extraction().language());
    assertTrue(
        page.removals().stream().anyMatch(r -> r.reason().equals("comments")),
        page.removals().toString());
  }

  @Test
  void theWordsOfADiscussionAreItsContentAlthoughTheyAreCalledComments() throws Exception {
    StringBuilder posts = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      posts
          .append("<article class=comment><div class=userinfo>carl Joined 2019 Messages 4</div>")
          .append("<div class=comment-body><p>Post ")
          .append(i)
          .append(". ")
          .append(SENTENCE)
          .append("</p></div><div class=signature>Sent from my boat</div></article>");
    }
    Explanation page =
        explain(
            "<title>Floods</title><link rel=canonical href=https://example.org/forum/thread/7>",
            "<h1>Floods</h1>" + posts);
    assertEquals(PageKind.DISCUSSION, page.kind());
    String text = page.extraction().markdown();
    assertTrue(text.startsWith("Post 0. ") && text.contains("\n\nPost 3. "), text);
    assertFalse(text.contains("Joined") || text.contains("Sent from"), text);
  }

  @Test
  void aTemplateThatCallsItsTextAWidgetOrASidebarDoesNotLoseIt() throws Exception {
    for (String name : new String[] {"widget", "sidebar", "related", "footer", "menu", "share"}) {
      Explanation page = explain("<title>x</title>", "<div class=" + name + ">" + paragraphs(6));
      assertEquals(lines(6), page.extraction().markdown(), name);
    }
  }

  @Test
  void aPageThatHidesAllOfItselfUntilScriptsRunIsReadAllTheSame() throws Exception {
    Explanation page =
        explain("<title>x</title>", "<div style='display: none'>" + paragraphs(3) + "</div>");
    assertEquals(lines(3), page.extraction().markdown());
  }

  @Test
  void aPageWithoutSentencesKeepsWhatItHas() throws Exception {
    Explanation page =
        explain("<title>Prices</title>", "<table><tr><th>a<th>b<tr><td>1<td>2</table>");
    assertEquals("| a | b |\n| --- | --- |\n| 1 | 2 |\n", page.extraction().markdown());
  }

  @Test
  void anEmptyPageIsEmpty() throws Exception {
    for (String html : new String[] {"", " ", "<html>", "<frameset><frame src=a></frameset>"}) {
      Extraction page = Extractor.extract(html, BASE);
      assertEquals(new Extraction("", null, null, ""), page, html);
    }
  }

  @Test
  void theOutcomeDoesNotDependOnSitesOrAddresses() throws Exception {
    String html = "<title>x</title>" + paragraphs(3);
    assertEquals(
        Extractor.extract(html, BASE), Extractor.extract(html, URI.create("https://other.net/b")));
  }

  @Test
  void licencesAreToldAsStated() throws Exception {
    String cc = "https://creativecommons.org/licenses/by/4.0/";
    assertEquals(cc, licence("<link rel=license href=" + cc + ">", ""));
    assertEquals(cc, licence("", "<p>Text under <a href=" + cc + ">CC BY</a></p>"));
    assertEquals("MIT", licence("<meta name=license content=MIT>", ""));
    assertEquals(
        cc, licence("<script type=application/ld+json>{\"license\": \"" + cc + "\"}</script>", ""));
    assertNull(licence("", "<p>Licence to kill</p>"));
  }

  private static @Nullable String licence(String head, String body) throws Exception {
    return explain(head, body + paragraphs(2)).extraction().licence();
  }

  @Test
  void languagesAreTags() throws Exception {
    assertEquals("pt-BR", Extractor.extract("<html lang=pt_BR><p>a", BASE).language());
    assertEquals(
        "de",
        Extractor.extract("<meta http-equiv=content-language content='de, en'>", BASE).language());
    assertNull(Extractor.extract("<html lang='1'><p>a", BASE).language());
  }
}
