package dev.computepool.cli.command.train;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;

/// Waiting for what another process does.
final class Pause {
  private static final long TICK_MILLIS = 50;

  private Pause() {}

  /// Waits, but not for somebody who wants to stop.
  static void of(long millis, Cancellation cancellation) throws CancelledException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() < end) {
      cancellation.check();
      try {
        Thread.sleep(TICK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      }
    }
    cancellation.check();
  }
}
