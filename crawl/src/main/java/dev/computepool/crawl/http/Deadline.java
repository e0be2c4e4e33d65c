package dev.computepool.crawl.http;

import java.time.Duration;

/// A moment after which work is given up.
final class Deadline {
  private final Duration limit;
  private final long end;

  Deadline(Duration limit) {
    this.limit = limit;
    this.end = System.nanoTime() + limit.toNanos();
  }

  boolean isOver() {
    return System.nanoTime() - end >= 0;
  }

  void check() throws TooSlowException {
    if (isOver()) {
      throw new TooSlowException(limit);
    }
  }

  TooSlowException failure() {
    return new TooSlowException(limit);
  }
}
