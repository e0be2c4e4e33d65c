package dev.computepool.crawl.fetch;

import java.io.IOException;
import java.net.URI;

/// A page that is needed cannot be had.
public final class PageRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Refusal why;
  private final String detail;

  public PageRefusedException(URI url, Refusal why, String detail) {
    this(url.toString(), why, detail);
  }

  /// @param place its URL or file
  /// @param detail what else is known; may be empty
  public PageRefusedException(String place, Refusal why, String detail) {
    super(place + ": " + why.meaning() + (detail.isEmpty() ? "" : ", " + detail));
    this.why = why;
    this.detail = detail;
  }

  public Refusal why() {
    return why;
  }

  /// What else is known; may be empty.
  public String detail() {
    return detail;
  }
}
