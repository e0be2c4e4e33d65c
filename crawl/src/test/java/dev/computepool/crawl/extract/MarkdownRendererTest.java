package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;

/// What becomes of each kind of element. Pages here are made by a generator of documentation, so
/// that nothing is taken out of them.
class MarkdownRendererTest {
  private static String markdown(String body) throws Exception {
    String page =
        "<html><head><meta name=generator content='Sphinx'></head><body><main>"
            + body
            + "</main></body></html>";
    return Extractor.extract(page, URI.create("https://example.org/docs/a.html")).markdown();
  }

  private static void assertBecomes(String expected, String body) throws Exception {
    assertEquals(expected + "\n", markdown(body));
  }

  @Test
  void headingsKeepTheirLevelAndLoseTheirPermalink() throws Exception {
    assertBecomes(
        "# One `two`\n\n### Three",
        "<h1>One <code>two</code><a class=headerlink href='#one'>¶</a></h1>"
            + "<h3><a href='#three'>Three</a></h3>");
  }

  @Test
  void emphasisHugsItsWordsAndLinksAreAbsolute() throws Exception {
    assertBecomes(
        "A *b* **c** [d](https://example.org/docs/d%28x%29.html) e and #f.",
        "<p>A<em> b </em><b>c</b> <a href='d(x).html'>d</a> <a href='#e'>e</a>\n  and #f.</p>");
  }

  @Test
  void whatMarkdownWouldTakeForMarksIsEscaped() throws Exception {
    assertBecomes(
        "\\# no heading, \\*no\\* emphasis, snake_case, 2 * 3, \\<tag>, \\`tick\\`",
        "<p># no heading, *no* emphasis, snake_case, 2 * 3, &lt;tag&gt;, `tick`</p>");
    assertBecomes("1\\. no item", "<p>1. no item</p>");
  }

  @Test
  void listsNestAndCountFromTheirStart() throws Exception {
    assertBecomes(
        "- a\n  1. b\n  2. c\n- d\n\n3. e",
        "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li><li></li></ul>"
            + "<ol start=3><li>e</li></ol>");
  }

  @Test
  void codeInAnItemIsIndentedWithIt() throws Exception {
    assertBecomes(
        "1. Run\n\n   ```sh\n   a\n\n     b\n   ```",
        "<ol><li><p>Run</p><pre><code class=language-sh>a\n\n  b\n</code></pre></li></ol>");
  }

  @Test
  void tablesAreThoseOfGitHub() throws Exception {
    assertBecomes(
        "| a | b |\n| --- | --- |\n| 1 \\| 2 | `x` |",
        "<table><tr><th>a<th>b<tr><td>1 | 2<td><code>x</code></table>");
  }

  @Test
  void tablesThatOnlyArrangeThingsAreLaidOut() throws Exception {
    assertBecomes(
        "left\n\n```\ncode\n```", "<table><tr><td>left</td><td><pre>code</pre></td></tr></table>");
  }

  @Test
  void termsAndTheirDefinitionsFollowEachOther() throws Exception {
    assertBecomes("**term**\n\nwhat it is", "<dl><dt>term</dt><dd><p>what it is</p></dd></dl>");
  }

  @Test
  void quotesAreMarkedUnlessTheyOnlyIndentCode() throws Exception {
    assertBecomes("> a\n>\n> b", "<blockquote><p>a</p><p>b</p></blockquote>");
    assertBecomes("```\nx\n```", "<blockquote><pre>x</pre></blockquote>");
  }

  @Test
  void codeStaysAsItWasWritten() throws Exception {
    assertBecomes(
        "```python\n  def f():\n\n\n      return 1\n```",
        "<div class='highlight-python'><pre>\n  def f():\n\n\n      return 1\n\n</pre></div>");
  }

  @Test
  void linesOfCodeMayBeBreaks() throws Exception {
    assertBecomes(
        "```js\na\n  b\n```",
        "<pre class=language-js><code><span>a</span><br><span>  b</span><br></code></pre>");
  }

  @Test
  void linesOfCodeMayBeBlocks() throws Exception {
    assertBecomes(
        "```\na\n\n  b\n```",
        "<pre><code><div class=ec-line>a</div><div class=ec-line></div>"
            + "<div class=ec-line>  b</div></code></pre>");
  }

  @Test
  void linesOfCodeMayBeSpansWithNothingBetweenThem() throws Exception {
    assertBecomes(
        "```\na\n  b\n```",
        "<pre><code><span class=line>a</span><span class=line>  b</span></code></pre>");
  }

  @Test
  void boxesCalledLinesAreCodeWithoutPre() throws Exception {
    assertBecomes(
        "```\nint a;\n  b();\n```",
        "<div class=fragment><div class=line><span class=lineno>    1</span>int a;</div>"
            + "<div class=line><span class=lineno>    2</span>  b();</div></div>");
  }

  @Test
  void numbersBesideCodeAndHiddenLinesAreLeftOut() throws Exception {
    assertBecomes(
        "```\na\nb\n```",
        "<table class=highlighttable><tr><td class=linenos><pre>1\n2</pre></td>"
            + "<td class=code><pre>a\nb</pre></td></tr></table>");
    assertBecomes(
        "```rust\nlet x = 1;\n```",
        "<pre><code class=language-rust><span class=boring>fn main() {\n</span>let x = 1;\n"
            + "<span class=boring>}</span></code></pre>");
  }

  @Test
  void aFenceIsLongerThanTheTicksInside() throws Exception {
    assertBecomes("````\n```\na\n```\n````", "<pre>```\na\n```</pre>");
    assertBecomes("Write ``a`b``.", "<p>Write <code>a`b</code>.</p>");
  }

  @Test
  void theSameCodeInTwoLanguagesIsTwoBlocks() throws Exception {
    assertBecomes(
        "```mjs\nimport a\n```\n\n```cjs\nrequire(a)\n```",
        "<pre><code class=language-mjs>import a</code><code"
            + " class=language-cjs>require(a)</code></pre>");
  }

  @Test
  void formulasAreTheirTex() throws Exception {
    assertBecomes(
        "So $x^2$ holds.",
        "<p>So <span class=katex><math><semantics><mi>x</mi><annotation"
            + " encoding='application/x-tex'>x^2</annotation></semantics></math>"
            + "<span aria-hidden=true>x2</span></span> holds.</p>");
  }
}
