package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlankTest {
  @Test
  void aShellIsNoPage() {
    assertEquals(
        Optional.of(Refusal.SCRIPT_RENDERED),
        Blank.reason(
            """
            <!doctype html><html><head><title>Docs</title><script src="/main.js"></script></head>
            <body><noscript>You need to enable JavaScript to run this app.</noscript>
            <div id="root"></div></body></html>
            """));
    assertEquals(
        Optional.of(Refusal.SCRIPT_RENDERED),
        Blank.reason("<body><div class=x id='__next'>Loading…</div><script>go()</script>"));
  }

  @Test
  void aShortPageIsAPage() {
    assertEquals(
        Optional.empty(),
        Blank.reason("<html><body><h1>Moved</h1><p>See the new site.</p></body></html>"));
  }

  @Test
  void aPageWithTextIsAPageWhateverItsScripts() {
    String text = "Words and more words. ".repeat(20);
    assertEquals(
        Optional.empty(),
        Blank.reason("<div id=root><p>" + text + "</p></div><script type=module></script>"));
  }

  @Test
  void aCaptchaInAFormOfALongPageIsNoChallenge() {
    String text = "Words and more words. ".repeat(60);
    assertEquals(
        Optional.empty(), Blank.reason("<p>" + text + "</p><div class='g-recaptcha'></div>"));
    assertEquals(
        Optional.of(Refusal.CHALLENGE),
        Blank.reason("<p>Are you human?</p><div class='g-recaptcha'></div>"));
  }

  @Test
  void pagesMadeToTakeTimeDoNot() {
    String scripts = "<script ".repeat(100_000);
    String divs = "<div ".repeat(200_000);
    String comments = "<noscript><!--".repeat(70_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          Blank.reason(scripts);
          Blank.reason(divs);
          Blank.reason(comments);
        });
  }
}
