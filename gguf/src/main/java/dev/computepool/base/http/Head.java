package dev.computepool.base.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The part of an answer that comes before its body.
///
/// @param headers by name in lower case, values in the order in which they came
public record Head(int status, Map<String, List<String>> headers) {
  /// All values of a header, none if there is no such header.
  public List<String> all(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /// The first value of a header.
  public @Nullable String first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? null : values.getFirst();
  }

  /// The media type in lower case, without its parameters; empty if none is stated.
  public String mediaType() {
    String value = first("content-type");
    return value == null ? "" : value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /// The status alone: what headers say may be secret.
  @Override
  public String toString() {
    return "status " + status;
  }
}
