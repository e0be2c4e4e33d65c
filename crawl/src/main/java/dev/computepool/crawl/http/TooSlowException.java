package dev.computepool.crawl.http;

import dev.computepool.base.Durations;
import java.io.IOException;
import java.time.Duration;

/// An answer was not complete after all the time it was given.
public final class TooSlowException extends IOException {
  private static final long serialVersionUID = 1L;

  TooSlowException(Duration limit) {
    super("not complete after " + Durations.format(limit));
  }
}
