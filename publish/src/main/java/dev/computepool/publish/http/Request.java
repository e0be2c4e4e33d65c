package dev.computepool.publish.http;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One request, and how patient it is.
///
/// @param url absolute, with `http:` or `https:`; its path and query are sent as they stand here,
///     so that `%2F` stays what it is
/// @param headers without `Authorization`, `Content-Length` and `Content-Type`
/// @param authorization the whole value of that header; null for a request without
/// @param patience how long nothing may come or go before the request has failed
public record Request(
    String method,
    String url,
    Map<String, String> headers,
    @Nullable Secret authorization,
    Body body,
    Duration patience) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  public Request {
    headers = Map.copyOf(headers);
  }

  /// A request without headers or body.
  public static Request of(String method, String url) {
    return new Request(method, url, Map.of(), null, Body.NONE, PATIENCE);
  }

  public static Request get(String url) {
    return of("GET", url);
  }

  public static Request head(String url) {
    return of("HEAD", url);
  }

  public static Request post(String url, Body body) {
    return of("POST", url).with(body);
  }

  public static Request put(String url, Body body) {
    return of("PUT", url).with(body);
  }

  /// The same with another body.
  public Request with(Body newBody) {
    return new Request(method, url, headers, authorization, newBody, patience);
  }

  /// The same with one more header, or another value for one.
  public Request with(String header, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(header, value);
    return new Request(method, url, more, authorization, body, patience);
  }

  /// The same to another URL, with the same authorization.
  public Request to(String newUrl) {
    return new Request(method, newUrl, headers, authorization, body, patience);
  }

  /// The same for whom `newAuthorization` tells, nobody if it is null.
  public Request as(@Nullable Secret newAuthorization) {
    return new Request(method, url, headers, newAuthorization, body, patience);
  }

  /// The same with another {@link #patience}.
  public Request with(Duration newPatience) {
    return new Request(method, url, headers, authorization, body, newPatience);
  }

  /// Method and URL without its query, which may be a signature: all that messages say of it.
  public String label() {
    int end = url.length();
    for (int i = 0; i < url.length(); i++) {
      if (url.charAt(i) == '?' || url.charAt(i) == '#') {
        end = i;
        break;
      }
    }
    String shown = url.substring(0, end);
    int authority = shown.indexOf("//") + 2;
    int path = shown.indexOf('/', authority);
    int at = shown.lastIndexOf('@', path < 0 ? shown.length() : path);
    return method
        + " "
        + (at < authority ? shown : shown.substring(0, authority) + shown.substring(at + 1));
  }

  @Override
  public String toString() {
    return label();
  }
}
