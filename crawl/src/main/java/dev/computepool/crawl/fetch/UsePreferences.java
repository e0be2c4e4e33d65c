package dev.computepool.crawl.fetch;

import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRules.RobotRulesMode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which pages of a host may not be used to train models, as its robots.txt says beside what may be
/// fetched: `Content-Signal: ai-train=no` or `Content-Usage: train-ai=n`, perhaps with a path
/// before.
///
/// @see <a href="https://contentsignals.org/">Content signals</a>
/// @see <a href="https://datatracker.ietf.org/doc/draft-ietf-aipref-attach/">AI preferences</a>
final class UsePreferences {
  private static final Set<String> RULES = Set.of("content-signal", "content-usage");
  private static final Set<String> TRAINING = Set.of("ai-train", "train-ai");

  /// Allowed is what may be learned from; of several rules the one with the longest path counts.
  private final SimpleRobotRules rules = new SimpleRobotRules(RobotRulesMode.ALLOW_SOME);

  private UsePreferences() {}

  /// Nothing is said.
  static UsePreferences none() {
    return new UsePreferences();
  }

  /// Reads a robots.txt; what is not understood is passed over. Groups are those of RFC 9309: if
  /// one names us, what is said to everybody does not count.
  static UsePreferences parse(byte[] content, Robot robot) {
    List<String> ours = new ArrayList<>();
    List<String> everybodys = new ArrayList<>();
    boolean named = false;
    boolean forUs = false;
    boolean forAll = true;
    boolean afterName = false;
    for (String line : new String(content, StandardCharsets.UTF_8).split("\r\n?|\n", -1)) {
      String[] parts = line.replaceFirst("#.*", "").split(":", 2);
      if (parts.length < 2) {
        continue;
      }
      String key = parts[0].replace("\ufeff", "").strip().toLowerCase(Locale.ROOT);
      String value = parts[1].strip();
      boolean isName = key.equals("user-agent");
      if (isName) {
        forUs = (afterName && forUs) || value.equalsIgnoreCase(robot.name());
        forAll = (afterName && forAll) || value.equals("*");
        named |= forUs;
      } else if (RULES.contains(key)) {
        if (forUs) {
          ours.add(value);
        } else if (forAll) {
          everybodys.add(value);
        }
      }
      afterName = isName;
    }
    UsePreferences preferences = new UsePreferences();
    (named ? ours : everybodys).forEach(preferences::add);
    preferences.rules.sortRules();
    return preferences;
  }

  private void add(String rule) {
    String[] words = rule.split("\\s+", 2);
    boolean placed = words[0].startsWith("/") && words.length == 2;
    String said = placed ? words[1] : rule;
    if (refusesTraining(said) || allowsTraining(said)) {
      rules.addRule(placed ? words[0] : "/", !refusesTraining(said));
    }
  }

  /// Whether a list such as `search=yes, ai-train=no` keeps models from learning.
  static boolean refusesTraining(String preferences) {
    return says(preferences, "n");
  }

  private static boolean allowsTraining(String preferences) {
    return says(preferences, "y");
  }

  private static boolean says(String preferences, String beginning) {
    for (String preference : preferences.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] pair = preference.split("=", 2);
      if (pair.length == 2
          && TRAINING.contains(pair[0].strip())
          && pair[1].strip().startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }

  /// Whether models may not learn from this page.
  boolean reserve(URI url) {
    return !rules.isAllowed(url.toString());
  }
}
