package dev.computepool.crawl.fetch;

import java.time.Duration;

/// How pages are fetched.
///
/// @param delay between the beginnings of two requests to one host, at least
/// @param longestDelay what robots.txt may ask for; what is beyond counts as this
/// @param perHost requests to one host at the same time
/// @param retries how often a failed request is made again
/// @param backOff the pause of a host after a failure, doubled with each further one
/// @param longestPause a host that asks for a longer one is given up
/// @param patience pages of a host that may fail in a row before it is given up
/// @param timeout for one request, to its last byte
/// @param maxBytes of a page
/// @param maxAge an answer in the cache that is not older is used without asking
/// @param retryFailed whether a page that could not be had within the last hour is tried again
/// @param respectRobots whether robots.txt is obeyed
/// @param respectOptOuts whether pages are left out whose owners do not want them used
/// @param offline whether the cache alone is used, whatever its age
public record FetchOptions(
    Duration delay,
    Duration longestDelay,
    int perHost,
    int retries,
    Duration backOff,
    Duration longestPause,
    int patience,
    Duration timeout,
    long maxBytes,
    Duration maxAge,
    boolean retryFailed,
    boolean respectRobots,
    boolean respectOptOuts,
    boolean offline) {
  /// What suits most sites.
  public static final FetchOptions STANDARD =
      new FetchOptions(
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          1,
          3,
          Duration.ofSeconds(1),
          Duration.ofMinutes(2),
          5,
          Duration.ofSeconds(60),
          5 << 20,
          Duration.ofDays(1),
          false,
          true,
          true,
          false);

  public FetchOptions {
    require("the requests to a host at the same time", perHost, 1);
    require("the retries", retries, 0);
    require("the failures until a host is given up", patience, 1);
    require("the bytes of the largest page", maxBytes, 1);
    if (delay.isNegative() || maxAge.isNegative() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "delay %s, age %s, timeout %s".formatted(delay, maxAge, timeout));
    }
  }

  private static void require(String what, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException("%s are %d, not %d or more".formatted(what, value, least));
    }
  }

  public FetchOptions withRetries(int other) {
    return new FetchOptions(
        delay,
        longestDelay,
        perHost,
        other,
        backOff,
        longestPause,
        patience,
        timeout,
        maxBytes,
        maxAge,
        retryFailed,
        respectRobots,
        respectOptOuts,
        offline);
  }

  public FetchOptions withMaxAge(Duration other) {
    return new FetchOptions(
        delay,
        longestDelay,
        perHost,
        retries,
        backOff,
        longestPause,
        patience,
        timeout,
        maxBytes,
        other,
        retryFailed,
        respectRobots,
        respectOptOuts,
        offline);
  }

  public FetchOptions withRetryFailed(boolean other) {
    return new FetchOptions(
        delay,
        longestDelay,
        perHost,
        retries,
        backOff,
        longestPause,
        patience,
        timeout,
        maxBytes,
        maxAge,
        other,
        respectRobots,
        respectOptOuts,
        offline);
  }

  public FetchOptions withOffline(boolean other) {
    return new FetchOptions(
        delay,
        longestDelay,
        perHost,
        retries,
        backOff,
        longestPause,
        patience,
        timeout,
        maxBytes,
        maxAge,
        retryFailed,
        respectRobots,
        respectOptOuts,
        other);
  }

  public FetchOptions withRespectOptOuts(boolean other) {
    return new FetchOptions(
        delay,
        longestDelay,
        perHost,
        retries,
        backOff,
        longestPause,
        patience,
        timeout,
        maxBytes,
        maxAge,
        retryFailed,
        respectRobots,
        other,
        offline);
  }
}
