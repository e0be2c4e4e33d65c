package dev.computepool.crawl.source;

import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.fetch.Refusal;
import java.io.IOException;

/// A source as a whole cannot be had: a sitemap, or a repository.
public final class SourceException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Refusal why;

  /// @param place the source's URL
  public SourceException(String place, Refusal why, String detail) {
    super(place + ": " + why.meaning() + (detail.isEmpty() ? "" : ": " + detail));
    this.why = why;
  }

  SourceException(String place, Refused refused) {
    this(place, refused.why(), refused.detail());
  }

  public Refusal why() {
    return why;
  }
}
