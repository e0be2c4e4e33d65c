package dev.computepool.crawl.fetch;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What robots.txt, headers and pages may call us: the product token of our user agent.
///
/// @param name in lower case, such as `computepool`
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9309#section-2.2.1">RFC 9309</a>
public record Robot(String name) {
  private static final Robot STANDARD = new Robot("computepool");

  /// What robots that also want to be taken for a browser put into their comment.
  private static final Pattern COMPATIBLE = Pattern.compile("\\(compatible;\\s*([A-Za-z_-]+)");

  private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");
  private static final Pattern TOKEN = Pattern.compile("([A-Za-z_-]+).*");

  private static final Set<String> BROWSERS =
      Set.of("mozilla", "applewebkit", "khtml", "gecko", "version", "chrome", "safari", "firefox");

  public Robot {
    name = name.toLowerCase(Locale.ROOT);
  }

  /// The name in a user agent, such as `acmebot` in `AcmeBot/2.1 (+https://acme.example)`; one that
  /// only names browsers is still ours.
  public static Robot of(String userAgent) {
    Matcher compatible = COMPATIBLE.matcher(userAgent);
    if (compatible.find()) {
      return new Robot(compatible.group(1));
    }
    String products = COMMENT.matcher(userAgent).replaceAll(" ");
    return Arrays.stream(products.strip().split("\\s+", -1))
        .map(TOKEN::matcher)
        .filter(Matcher::matches)
        .map(matcher -> new Robot(matcher.group(1)))
        .filter(robot -> !BROWSERS.contains(robot.name()))
        .findFirst()
        .orElse(STANDARD);
  }
}
