package dev.computepool.crawl.fetch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Time that passes only where somebody waits.
final class FakeTime implements Pacer {
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private final List<Duration> waits = new ArrayList<>();

  @Override
  public synchronized long nanoTime() {
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public synchronized void sleep(Duration time) {
    waits.add(time);
    now = now.plus(time);
  }

  synchronized void pass(Duration time) {
    now = now.plus(time);
  }

  synchronized Instant instant() {
    return now;
  }

  /// How long somebody waited, each time.
  synchronized List<Duration> waits() {
    return List.copyOf(waits);
  }
}
