package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages that nobody wrote for readers: whatever they are, they end, and as documented.
class HostilePagesTest {
  private static final URI BASE = URI.create("https://example.org/");

  /// Generous: shared machines are slow, and what this guards against takes minutes.
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String PAGE =
      """
      <!doctype html><html lang=en><head><title>A &amp; B</title>
      <script type="application/ld+json">{"@type":"Article","license":"x"}</script></head>
      <body class="page"><nav><ul><li><a href="/">Home</a></ul></nav><main><h1>A &amp; B</h1>
      <p>Text, with <b>bold <i>nested</b> wrongly</i>, and <a href="x y">a link</a>.</p>
      <table><tr><td>1<td>2<tr><td><pre>a<br>b</pre></table><ol start=99><li>x<ul><li>y</ul></ol>
      <dl><dt>t<dd>d</dl><blockquote><p>q</blockquote><div class=comments>c</div></main>
      <footer>&copy; x</footer></body></html>
      """;

  @Test
  void everyTruncationOfAPageIsRead() throws Exception {
    for (int length = 0; length <= PAGE.length(); length++) {
      Extractor.explain(PAGE.substring(0, length), BASE);
    }
  }

  @Test
  void flippedBitsAreRead() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = PAGE.getBytes(StandardCharsets.UTF_8);
      for (int flip = 0; flip < 4; flip++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        Extractor.explain(PageText.decode(bytes, null, "flipped"), BASE);
      } catch (FormatException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("is binary data"), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<div>",
        "<ul><li>",
        "<blockquote>",
        "<table><tr><td>",
        "<b>",
        "<a href=x>",
        "<span class=post>",
        "<pre>",
        "<dl><dd>",
        "<div class=comment><p>",
        "<section class=related>",
        "<h1>",
        "<font>"
      })
  void elementsInsideEachOtherHundredsOfThousandsOfTimesDoNotOverflow(String tags) {
    int count = 2_000_000 / tags.length();
    String html = tags.repeat(count) + "text";
    assertTimeoutPreemptively(
        LIMIT,
        () -> Extractor.extract(html.substring(0, Math.min(html.length(), 5_000_000)), BASE));
  }

  @Test
  void hugeAttributesAndTextsAreRead() throws Exception {
    String huge = "related post-body ".repeat(200_000);
    String html = "<body><div class='" + huge + "' style='" + huge + "'><p>Text, " + huge + "</p>";
    assertTrue(Extractor.extract(html, BASE).markdown().startsWith("Text, related post-body"));
  }

  @Test
  void manySmallElementsAreRead() {
    String html = "<body><div class=card><h3>More from us</h3><a href=/x>y</a></div>";
    assertTimeoutPreemptively(LIMIT, () -> Extractor.extract(html.repeat(60_000), BASE));
  }

  @Test
  void aPageBeyondTheLimitIsRefusedWithItsSize() {
    String html = "<p>" + "x".repeat(50_000_000);
    FormatException e = assertThrows(FormatException.class, () -> Extractor.extract(html, BASE));
    assertEquals(
        "https://example.org/: the page has 50000003 characters, the limit is 16777216",
        e.getMessage());
  }
}
