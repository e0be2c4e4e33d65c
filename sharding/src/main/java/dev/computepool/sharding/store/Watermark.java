package dev.computepool.sharding.store;

import dev.computepool.base.CancelledException;
import java.io.InterruptedIOException;

/// How far a file that several threads write is complete, for one thread that reads behind them.
final class Watermark {
  private long complete;
  private boolean failed;

  /// All bytes before `offset` are written.
  synchronized void advance(long offset) {
    complete = Math.max(complete, offset);
    notifyAll();
  }

  /// The whole file is written.
  void finish() {
    advance(Long.MAX_VALUE);
  }

  /// The file will never be complete.
  synchronized void fail() {
    failed = true;
    notifyAll();
  }

  /// Waits until all bytes before `offset` are written.
  ///
  /// @throws CancelledException if that will never be
  synchronized void await(long offset) throws InterruptedIOException {
    while (complete < offset && !failed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      }
    }
    if (failed) {
      throw new CancelledException();
    }
  }
}
