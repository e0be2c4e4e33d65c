package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UsePreferencesTest {
  private static boolean reserved(String path, String... lines) {
    byte[] robots = String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8);
    return UsePreferences.parse(robots, new Robot("test"))
        .reserve(URI.create("https://example.org" + path));
  }

  @Test
  void whatIsSaidToEverybodyIsSaidToUs() {
    String all = "User-Agent: *";
    assertTrue(reserved("/a", all, "Content-Signal: search=yes,ai-train=no", "Allow: /"));
    assertTrue(reserved("/a", "\ufeff" + all, "content-usage: train-ai=n # please"));
    assertTrue(reserved("/a", "Content-Signal: ai-train=no"));
    assertFalse(reserved("/a", all, "Content-Signal: search=no, ai-train=yes"));
    assertFalse(reserved("/a", all, "Content-Signal: search=no"));
    assertFalse(reserved("/a", all, "Disallow: /a", "# Content-Signal: ai-train=no"));
    assertFalse(reserved("/a"));
  }

  @Test
  void aGroupThatNamesUsIsTheOnlyOne() {
    String no = "Content-Signal: ai-train=no";
    assertTrue(reserved("/a", "User-agent: other", "User-agent: Test", no));
    assertFalse(reserved("/a", "User-agent: other", no, "User-agent: Test", "Allow: /"));
    assertFalse(reserved("/a", "User-agent: *", no, "User-agent: test", "Allow: /"));
    assertTrue(
        reserved("/a", "User-agent: *", "Allow: /", "", no, "User-agent: other", "Allow: /"));
  }

  @Test
  void theLongestPathCounts() {
    String[] lines = {
      "User-agent: *",
      "Content-Usage: train-ai=n",
      "Content-Usage: /open/ train-ai=y",
      "Content-Usage: /open/*.pdf train-ai=n"
    };
    assertTrue(reserved("/a", lines));
    assertFalse(reserved("/open/a", lines));
    assertTrue(reserved("/open/a.pdf", lines));
  }

  @Test
  void headersSayTheSame() {
    assertTrue(UsePreferences.refusesTraining("train-ai=n, search=y"));
    assertFalse(UsePreferences.refusesTraining("train-ai=y"));
    assertFalse(UsePreferences.refusesTraining(""));
  }
}
