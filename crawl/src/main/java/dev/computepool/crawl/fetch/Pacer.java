package dev.computepool.crawl.fetch;

import java.time.Duration;

/// The clock that politeness goes by.
interface Pacer {
  /// The real one.
  Pacer REAL =
      new Pacer() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
          Thread.sleep(time);
        }
      };

  /// As {@link System#nanoTime}.
  long nanoTime();

  /// Waits.
  void sleep(Duration time) throws InterruptedException;
}
