package dev.computepool.base;

/// A request to stop, made once by one thread and seen by all that work.
public final class Cancellation {
  private volatile boolean cancelled;

  /// Asks the work to stop at its next check.
  public void cancel() {
    cancelled = true;
  }

  /// Whether somebody asked.
  public boolean isCancelled() {
    return cancelled;
  }

  /// Ends the calling work if somebody asked.
  ///
  /// @throws CancelledException if {@link #cancel} was called
  public void check() throws CancelledException {
    if (cancelled) {
      throw new CancelledException();
    }
  }
}
