package dev.computepool.crawl.fetch;

import java.net.URI;

/// What became of the wish for one page.
public sealed interface FetchResult {
  /// Its bytes are in the cache.
  ///
  /// @param url where it was found after all redirects
  /// @param requests how many were made for it: none if all was in the cache
  record Fetched(URI url, CachedPage page, int requests) implements FetchResult {}

  /// It is not to be had.
  ///
  /// @param detail what else is known, such as the status; may be empty
  record Refused(Refusal why, String detail) implements FetchResult {}
}
