package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;

/// What the templates of common programs do to their pages, each cut down to what matters.
class FamiliesTest {
  private static final URI BASE = URI.create("https://example.org/a/page.html");

  private static final String SENTENCE =
      "The ferry did not leave that evening, because the ice had come down the river faster than"
          + " anybody on the pier had thought possible. ";

  private static String markdown(String head, String body) throws Exception {
    String page = "<html lang=en><head>" + head + "</head><body>" + body;
    return Extractor.extract(page, BASE).markdown();
  }

  private static String markdown(String body) throws Exception {
    return markdown("<title>The ferry</title>", body);
  }

  private static String paragraph(String mark) {
    return "<p>" + mark + ". " + SENTENCE + "</p>";
  }

  private static void assertHas(String text, String... words) {
    for (String word : words) {
      assertTrue(text.contains(word), word + " in " + text);
    }
  }

  private static void assertHasNot(String text, String... words) {
    for (String word : words) {
      assertFalse(text.contains(word), word + " in " + text);
    }
  }

  @Test
  void docutilsSetsFootnotesAndTopicsApartAsAsides() throws Exception {
    String text =
        markdown(
            "<main><h1>Ferries</h1><aside class=topic><p class=topic-title>In short</p><p>alpha"
                + "</p></aside>"
                + paragraph("beta")
                + "<aside class='footnote-list brackets'><aside class='footnote brackets'"
                + " role=doc-footnote><p>gamma</p></aside></aside></main>"
                + "<aside class=ad-box><p>delta</p></aside>");
    assertHas(text, "In short", "alpha", "beta", "gamma");
    assertHasNot(text, "delta");
  }

  @Test
  void whoIsQuotedStaysWithTheQuote() throws Exception {
    String text =
        markdown(
            paragraph("alpha")
                + "<blockquote><p>Ice is ice.</p><footer>The pilot</footer></blockquote>"
                + paragraph("beta")
                + "<footer>All about us</footer>");
    assertHas(text, "> The pilot");
    assertHasNot(text, "All about us");
  }

  @Test
  void oneFormAroundAllOfAPageIsNoForm() throws Exception {
    assertEquals(
        "# Tides\n\n| Day | High |\n| --- | --- |\n| 1 | 4.1 |\n",
        markdown(
            "<title>Tides</title>",
            "<form action=x><input type=hidden name=state><h1>Tides</h1><table><tr><th>Day<th>High"
                + "<tr><td>1<td>4.1</table></form>"));
  }

  @Test
  void sentencesOfIdeographsAreShort() throws Exception {
    String sentence = "市の委員会は昨日、港の新しい倉庫の計画を承認し、来年の春に工事を始めると発表した。";
    String text =
        markdown(
            "<title>港に新倉庫</title>",
            "<div><a href=/>最新</a></div><div class=x><p>%s</p><p>%s</p><p>%s</p></div>"
                    .formatted(sentence, sentence, sentence)
                + "<div class=y><a href=/b>天気</a> <a href=/c>地図</a></div>");
    assertEquals((sentence + "\n\n").repeat(3).stripTrailing() + "\n", text);
  }

  @Test
  void forumsThatScriptsDrawHaveTheirTextForThoseWithoutScripts() throws Exception {
    String text =
        markdown(
            "<div id=app></div><noscript><div><h1>The ferry</h1><div class=Post-body>"
                + paragraph("alpha")
                + "</div><div class=Post-body>"
                + paragraph("beta")
                + "</div><div class=Post-body>"
                + paragraph("gamma")
                + "</div></div></noscript>");
    assertHas(text, "alpha", "beta", "gamma");
  }

  @Test
  void whatIsForThoseWithoutScriptsIsNoTextWhereThereIsText() throws Exception {
    String text =
        markdown(
            paragraph("alpha").repeat(5)
                + "<noscript>"
                + paragraph("beta").repeat(9)
                + "</noscript>");
    assertHasNot(text, "beta");
  }

  @Test
  void shadowRootsAreReadAndOtherTemplatesAreNot() throws Exception {
    String text =
        markdown(
            "<main><x-article><template shadowrootmode=open>"
                + paragraph("alpha")
                + "</template></x-article><template>"
                + paragraph("beta")
                + "</template></main>");
    assertHas(text, "alpha");
    assertHasNot(text, "beta");
  }

  @Test
  void whereScriptsDrawAllThePageSaysItsTextToMachines() throws Exception {
    String body = (SENTENCE + "\\n\\n" + SENTENCE).replace("evening", "<evening>");
    String text =
        markdown(
            "<title>The ferry</title><script type=application/ld+json>"
                + "{\"@type\":\"NewsArticle\",\"articleBody\":\""
                + body
                + "\"}</script>",
            "<div id=root>Loading</div>");
    String expected =
        SENTENCE.strip().replace("<evening>", "\\<evening>").replace("evening", "\\<evening>");
    assertEquals(expected + "\n\n" + expected + "\n", text);
  }

  @Test
  void columnsOfNumbersBesideCodeAreLeftOut() throws Exception {
    String hugo =
        "<div class=highlight><table class=lntable><tr><td class=lntd><pre><code><span"
            + " class=lnt>1\n"
            + "</span><span class=lnt>2\n"
            + "</span></code></pre></td><td class=lntd><pre><code class=language-go>a()\n"
            + "b()</code></pre></td></tr></table></div>";
    assertEquals("```go\na()\nb()\n```\n", markdown(hugo));
    String inline =
        "<pre><code class=language-sh><span class=ln>9</span>cd x\n"
            + "<span class=ln>10</span>ls 7</code></pre>";
    assertEquals("```sh\ncd x\nls 7\n```\n", markdown(inline));
  }

  @Test
  void aGistIsCodeAlthoughItIsATable() throws Exception {
    String row = "<tr><td class=blob-num data-line-number=%d></td><td class=blob-code>%s</td></tr>";
    assertEquals(
        "```\ndef f():\n\n    return 1\n```\n",
        markdown(
            "<table><tbody>"
                + row.formatted(1, "def f():")
                + row.formatted(2, "\n")
                + row.formatted(3, "    return 1")
                + "</tbody></table>"));
  }

  @Test
  void linesOfCodeMayBeBrokenWithoutPre() throws Exception {
    assertEquals(
        "```\nfor i in a:\n   print(i)\n```\n",
        markdown("<div class=w3-code>for i in a:<br>\n&nbsp;&nbsp; print(i)</div>"));
    assertEquals(
        "```\na()\n  b()\nc()\n```\n",
        markdown("<p><code><span>a()<br>&nbsp; b()<br></span>c()</code></p>"));
  }

  @Test
  void languagesAreFoundWhereHighlightersPutThem() throws Exception {
    for (String html :
        new String[] {
          "<figure class='highlight python'><pre>x</pre></figure>",
          "<pre class='code python literal-block'>x</pre>",
          "<pre><code class='hljs python'>x</code></pre>",
          "<div class='mw-highlight mw-highlight-lang-python'><pre>x</pre></div>"
        }) {
      assertEquals("```python\nx\n```\n", markdown(html), html);
    }
  }

  @Test
  void wikisDoNotOfferTheirEditor() throws Exception {
    assertEquals(
        "## History\n\n" + "alpha. " + SENTENCE.strip() + "\n",
        markdown(
            "<meta name=generator content='MediaWiki 1.43'>",
            "<div class=mw-parser-output><h2><span>History</span><span class=mw-editsection>[<a"
                + " href=x>edit</a>]</span></h2>"
                + paragraph("alpha")
                + "</div><div id=catlinks class=catlinks>Categories: <a href=y>Ferries</a></div>"));
  }

  @Test
  void formulasAreSaidOnceAndAsTex() throws Exception {
    assertEquals(
        "So $x_1$ holds, and $y$ too.\n\n$$z^2$$\n",
        markdown(
            "<p>So <span class='math notranslate'>\\(x_1\\)</span> holds, and <span"
                + " class=MathJax_Preview>y</span><span class=MathJax>y</span><script"
                + " type=math/tex>y</script> too.</p><div class=math>\\[z^2\\]</div>"));
  }

  @Test
  void cellsThatSpanRowsKeepTheOthersInTheirColumns() throws Exception {
    assertEquals(
        "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n|  | 4 | 5 |\n| 6 | 7 |  |\n",
        markdown(
            "<table><tr><th>a<th>b<th>c<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5"
                + "<tr><td>6<td>7</table>"));
  }

  @Test
  void tasksSayWhetherTheyAreDone() throws Exception {
    assertEquals(
        "- [x] one\n- [ ] two\n",
        markdown(
            "<ul><li><input type=checkbox checked disabled> one<li><input type=checkbox>"
                + " two</ul>"));
  }

  @Test
  void questionsThatAreButtonsStandAboveTheirAnswers() throws Exception {
    String text =
        markdown(
            "<main><h1>Help</h1><button aria-controls=a1 aria-expanded=false>May dogs"
                + " come?</button><div id=a1 hidden>"
                + paragraph("alpha")
                + "</div><button aria-controls=a2 aria-expanded=false>May cats?</button>"
                + "<div id=a2 hidden>"
                + paragraph("beta")
                + "</div><button aria-controls=menu>Open menu</button></main><div id=menu hidden><a"
                + " href=x>Home</a></div>");
    assertHas(text, "May dogs come?", "alpha", "May cats?", "beta");
    assertHasNot(text, "Open menu", "Home");
  }

  @Test
  void noticesAndInvitationsAreToldByWhatIsInThem() throws Exception {
    String text =
        markdown(
            "<div class=x1><p>We use cookies to count readers.</p><button>Accept all</button></div>"
                + "<div class=x2><h1>The ferry</h1>"
                + paragraph("alpha").repeat(3)
                + "<div class=x3><b>Never miss a ferry</b><p>One letter a week.</p><form><input"
                + " type=email><button>Join</button></form></div>"
                + paragraph("beta").repeat(3)
                + "</div>");
    assertHas(text, "alpha", "beta");
    assertHasNot(text, "cookies", "Never miss", "One letter");
  }

  @Test
  void linesThatSendReadersElsewhereAreNotTheText() throws Exception {
    String text =
        markdown(
            "<meta property=og:type content=article><title>The ferry</title>",
            "<article><h1>The ferry</h1>"
                + paragraph("alpha").repeat(3)
                + "<p>Read also: <a href=/x>Another ferry altogether</a></p><p>Also: <a"
                + " href=/y>beta</a></p>"
                + paragraph("gamma").repeat(3)
                + "</article>");
    assertHas(text, "alpha", "gamma", "beta");
    assertHasNot(text, "Another ferry");
  }

  @Test
  void whatARecipeNeedsIsPartOfIt() throws Exception {
    String text =
        markdown(
            "<title>Soup</title><script type=application/ld+json>{\"@type\":\"Recipe\"}</script>",
            "<main><h1>Soup</h1><div class=wrap><div class=needs><ul><li>two ripe tomatoes<li>half"
                + " an onion, cut small<li>a cup of red lentils<li>salt, and some pepper<li>the"
                + " juice of a lemon</ul></div><div class=steps>"
                + paragraph("alpha").repeat(2)
                + "</div></div></main>");
    assertHas(text, "ripe tomatoes", "alpha");
  }

  @Test
  void aQuestionIsPartOfItsDiscussion() throws Exception {
    String text =
        markdown(
            "<title>May I prune in summer?</title><script type=application/ld+json>{\"@type\":"
                + "\"QAPage\"}</script>",
            "<main><h1>May I prune in summer?</h1><div class=ask-text>"
                + paragraph("alpha")
                + "</div><div class=reply-text>"
                + paragraph("beta")
                + "</div><div class=reply-text>"
                + paragraph("gamma")
                + "</div></main>");
    assertHas(text, "alpha", "beta", "gamma");
  }
}
