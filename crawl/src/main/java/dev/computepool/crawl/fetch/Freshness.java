package dev.computepool.crawl.fetch;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// How long an answer in the cache is good for.
///
/// What this program reads is not shown to anybody as it is now, so a page that is not older than
/// the user says is taken whatever the server says about a browser's cache; beyond that the
/// server's word counts, up to a week.
final class Freshness {
  private static final Duration LONGEST = Duration.ofDays(7);

  /// How long what could not be had is not asked for again.
  static final Duration OF_FAILURES = Duration.ofHours(1);

  /// How long rules may be kept at most, as RFC 9309 says in section 2.4 of
  /// robots.txt.
  static final Duration OF_RULES = Duration.ofDays(1);

  private Freshness() {}

  /// Whether `page` can be used without asking.
  static boolean isFresh(CachedPage page, Want want, FetchOptions options, Instant now) {
    Duration age = Duration.between(page.fetchedAt(), now);
    if (want.isRules() && age.compareTo(OF_RULES) >= 0) {
      return false;
    }
    if (page.refused() == Refusal.TOO_LARGE) {
      return options.maxBytes() <= page.size() && age.compareTo(options.maxAge()) <= 0;
    }
    if (page.isFailure()) {
      return !options.retryFailed()
          && age.compareTo(OF_FAILURES) <= 0
          && age.compareTo(options.maxAge()) <= 0;
    }
    if (age.compareTo(options.maxAge()) <= 0) {
      return true;
    }
    Duration stated = stated(page);
    return age.compareTo(stated.compareTo(LONGEST) < 0 ? stated : LONGEST) <= 0
        && options.maxAge().isPositive();
  }

  private static Duration stated(CachedPage page) {
    for (String value : page.head().all("cache-control")) {
      for (String directive : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        String[] parts = directive.strip().split("=", 2);
        if (parts.length == 2 && parts[0].equals("max-age") && parts[1].matches("[0-9]{1,9}")) {
          return Duration.ofSeconds(Long.parseLong(parts[1]));
        }
      }
    }
    return Duration.ZERO;
  }
}
