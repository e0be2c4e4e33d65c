package dev.computepool.crawl.fetch;

import dev.computepool.base.http.Head;
import dev.computepool.hash.Digest;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a server answered to one request, without the bytes, which are in the cache.
///
/// @param headers those that matter later, by name in lower case
/// @param fetchedAt when it was answered, or last said to be unchanged
/// @param sha256 of the bytes, decoded; null where the answer had none of interest
/// @param size of the bytes; of what was refused as too large the limit that it exceeded
/// @param refused why it was not taken, null if it was
/// @param detail what else is known about that
public record CachedPage(
    URI url,
    int status,
    Map<String, List<String>> headers,
    Instant fetchedAt,
    @Nullable Digest sha256,
    long size,
    @Nullable Refusal refused,
    String detail) {
  /// The answer's head, as far as it is known.
  public Head head() {
    return new Head(status, headers);
  }

  /// Whether the page could not be had, which says nothing about what was there before; that it is
  /// gone or has moved does.
  boolean isFailure() {
    return refused != null
        || (status / 100 != 2 && !isRedirect() && status != 404 && status != 410);
  }

  boolean isRedirect() {
    return status >= 300 && status < 400 && head().first("location") != null;
  }
}
