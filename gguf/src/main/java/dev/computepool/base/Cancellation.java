package dev.computepool.base;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A request to stop, made once by one thread and seen by all that work.
public final class Cancellation {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger holds = new AtomicInteger();
  private volatile boolean cancelled;
  private volatile boolean noticed;

  /// Asks the work to stop at its next check.
  public void cancel() {
    cancelled = true;
    listeners.forEach(Runnable::run);
  }

  /// Has something done as soon as somebody asks, on the thread that asks. The work may be long in
  /// coming to its next check.
  ///
  /// @return to be closed when that is of no use any more, which may be never
  public Listening onCancel(Runnable action) {
    listeners.add(action);
    return () -> listeners.remove(action);
  }

  /// Keeps the process alive until it is closed, also after somebody asked: native code that runs
  /// while the process ends finds its own data gone.
  public Hold hold() {
    holds.incrementAndGet();
    return holds::decrementAndGet;
  }

  /// Whether the process must not end yet.
  public boolean isHeld() {
    return holds.get() > 0;
  }

  /// Somebody who wants to know.
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /// Work that must come to an end of its own.
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /// Whether somebody asked.
  public boolean isCancelled() {
    return cancelled;
  }

  /// Whether the work has noticed, and ends.
  public boolean isNoticed() {
    return noticed;
  }

  /// Ends the calling work if somebody asked.
  ///
  /// @throws CancelledException if {@link #cancel} was called
  public void check() throws CancelledException {
    if (cancelled) {
      noticed = true;
      throw new CancelledException();
    }
  }
}
