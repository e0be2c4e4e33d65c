package dev.computepool.crawl.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request, and how much of an answer is wanted.
///
/// @param body a JSON document to post; null for a GET
/// @param maxBytes of the answer after decoding
/// @param timeout from the beginning of the connection to the last byte of the answer
public record Call(
    URI url, Map<String, String> headers, @Nullable String body, long maxBytes, Duration timeout) {
  /// A GET.
  public static Call get(URI url, Map<String, String> headers, long maxBytes, Duration timeout) {
    return new Call(url, headers, null, maxBytes, timeout);
  }
}
