package dev.computepool.crawl.fetch;

/// Why a page does not become a document: it was not had, may not be used, or has no text.
public enum Refusal {
  ROBOTS("robots.txt forbids it"),
  ROBOTS_UNAVAILABLE("robots.txt could not be read"),
  OPTED_OUT("its owner does not want it used"),
  PRIVATE_ADDRESS("its address is not public"),
  NOT_FOUND("not found"),
  DENIED("access denied"),
  CHALLENGE("a check for humans came in its place"),
  SERVER_ERROR("the server failed"),
  REDIRECTS("its redirects lead nowhere"),
  TOO_LARGE("too large"),
  TOO_SLOW("too slow"),
  UNREACHABLE("the host cannot be reached"),
  HOST_GIVEN_UP("the host was given up"),
  PDF("a PDF, and PDFBox, which reads them, is not installed"),
  TYPE("neither HTML nor text"),
  NOT_CACHED("not in the cache"),
  UNREADABLE("cannot be read"),
  DUPLICATE("the same page as an earlier one"),
  ELSEWHERE("not on one of the domains"),
  SCRIPT_RENDERED("nearly empty until its scripts run, which they do not here"),
  EMPTY("nothing on it reads like content");

  private final String meaning;

  Refusal(String meaning) {
    this.meaning = meaning;
  }

  /// Whether the network or a service failed, so that the page may be had another time.
  public boolean isFailure() {
    return switch (this) {
      case ROBOTS_UNAVAILABLE, SERVER_ERROR, TOO_SLOW, UNREACHABLE, HOST_GIVEN_UP, NOT_CACHED ->
          true;
      case ROBOTS,
          OPTED_OUT,
          PRIVATE_ADDRESS,
          NOT_FOUND,
          DENIED,
          CHALLENGE,
          REDIRECTS,
          TOO_LARGE,
          PDF,
          TYPE,
          UNREADABLE,
          DUPLICATE,
          ELSEWHERE,
          SCRIPT_RENDERED,
          EMPTY ->
          false;
    };
  }

  /// In words, to be followed by details.
  public String meaning() {
    return meaning;
  }
}
