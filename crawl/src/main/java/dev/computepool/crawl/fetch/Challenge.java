package dev.computepool.crawl.fetch;

import dev.computepool.base.http.Head;
import java.util.List;
import java.util.regex.Pattern;

/// Tells the pages that services put in front of a site to keep programs out from its own pages.
final class Challenge {
  /// What their scripts, forms and links are called; none of it is a word that people write.
  private static final Pattern MARKS =
      Pattern.compile(
          String.join(
              "|",
              List.of(
                  "/cdn-cgi/challenge-platform/",
                  "cf-browser-verification",
                  "cf_chl_opt",
                  "_Incapsula_Resource",
                  "captcha-delivery\\.com",
                  "px-captcha",
                  "awsWafCookieDomainList",
                  "token\\.awswaf\\.com",
                  "_sec/cp_challenge",
                  "sgcaptcha",
                  "/\\.within\\.website/x/cmd/anubis",
                  "ddos-guard/js-challenge",
                  "g-recaptcha",
                  "h-captcha")));

  /// Their pages say a sentence or two.
  private static final int MOST_LETTERS = 900;

  private static final int LARGEST = 256 << 10;

  private Challenge() {}

  /// Whether this answer stands in the place of a page.
  ///
  /// @param html the page, or as much of it as is known
  static boolean isChallenge(Head head, String html) {
    if ("challenge".equalsIgnoreCase(head.first("cf-mitigated"))) {
      return true;
    }
    return isChallenge(html);
  }

  /// Whether this page asks for a check and says hardly anything else.
  static boolean isChallenge(String html) {
    if (html.length() > LARGEST || !MARKS.matcher(html).find()) {
      return false;
    }
    return VisibleText.begin(html, MOST_LETTERS).length() < MOST_LETTERS - 1;
  }
}
