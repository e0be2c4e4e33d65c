package dev.computepool.crawl.fetch;

import java.io.IOException;
import java.net.URI;

/// A page that is needed cannot be had.
public final class PageRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Refusal why;

  public PageRefusedException(URI url, Refusal why, String detail) {
    super(url + ": " + why.meaning() + (detail.isEmpty() ? "" : ", " + detail));
    this.why = why;
  }

  public Refusal why() {
    return why;
  }
}
