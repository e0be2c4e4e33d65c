package dev.computepool.crawl.fetch;

import dev.computepool.base.http.Head;

/// What a request is made for, and so what its answer may be.
enum Want {
  PAGE(
      "text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.8,"
          + " application/pdf;q=0.5"),
  ROBOTS("text/plain, */*;q=0.5"),
  RESERVATIONS("application/json, */*;q=0.5"),
  SITEMAP("application/xml, text/xml, text/plain;q=0.8, */*;q=0.5");

  private final String accept;

  Want(String accept) {
    this.accept = accept;
  }

  String accept() {
    return accept;
  }

  /// Whether it is what a host says to robots, which may be kept for a day at most.
  boolean isRules() {
    return this == ROBOTS || this == RESERVATIONS;
  }

  /// Whether an answer of this type is of use.
  boolean takes(Head head) {
    return this != PAGE || PageTypes.isPage(head);
  }
}
