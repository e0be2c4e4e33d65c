package dev.computepool.crawl.fetch;

import dev.computepool.crawl.http.Head;
import java.util.List;
import java.util.Locale;

/// What a request is made for, and so what its answer may be.
enum Want {
  PAGE("text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.8"),
  ROBOTS("text/plain, */*;q=0.5"),
  SITEMAP("application/xml, text/xml, text/plain;q=0.8, */*;q=0.5");

  private static final List<String> PAGE_TYPES =
      List.of(
          "text/html",
          "application/xhtml+xml",
          "text/plain",
          "text/markdown",
          "text/x-markdown",
          "");

  private final String accept;

  Want(String accept) {
    this.accept = accept;
  }

  String accept() {
    return accept;
  }

  /// The media type of an answer in lower case, without its parameters; empty if it states none.
  static String type(Head head) {
    String value = head.first("content-type");
    return value == null ? "" : value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /// Whether an answer of this type is of use.
  boolean takes(Head head) {
    return this != PAGE || PAGE_TYPES.contains(type(head));
  }
}
