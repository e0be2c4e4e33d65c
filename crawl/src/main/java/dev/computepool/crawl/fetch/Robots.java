package dev.computepool.crawl.fetch;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRules.RobotRulesMode;
import crawlercommons.robots.SimpleRobotRulesParser;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// What the robots.txt of one host says to us.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9309">RFC 9309</a>
final class Robots {
  private static final int MAX_WARNINGS = 0;

  private final BaseRobotRules rules;
  private final UsePreferences uses;

  private Robots(BaseRobotRules rules, UsePreferences uses) {
    this.rules = rules;
    this.uses = uses;
  }

  /// Everything is allowed.
  static Robots allowingAll() {
    return new Robots(new SimpleRobotRules(RobotRulesMode.ALLOW_ALL), UsePreferences.none());
  }

  /// Reads what the file says to `robot`; what is not understood is passed over.
  static Robots parse(URI url, byte[] content, Robot robot) {
    // The parser takes a long delay for a closed door; how long we wait is ours to decide.
    SimpleRobotRulesParser parser = new SimpleRobotRulesParser(Long.MAX_VALUE, MAX_WARNINGS);
    return new Robots(
        parser.parseContent(url.toString(), content, "text/plain", List.of(robot.name())),
        UsePreferences.parse(content, robot));
  }

  boolean allows(URI url) {
    return rules.isAllowed(url.toString());
  }

  /// Whether models may not learn from this page, though it may be fetched.
  boolean reserves(URI url) {
    return uses.reserve(url);
  }

  /// How long to wait between requests, zero where nothing is said.
  Duration delay() {
    long millis = rules.getCrawlDelay();
    return millis <= 0 ? Duration.ZERO : Duration.ofMillis(millis);
  }

  List<String> sitemaps() {
    return rules.getSitemaps();
  }
}
