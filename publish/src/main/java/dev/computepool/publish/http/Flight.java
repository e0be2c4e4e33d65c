package dev.computepool.publish.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/// A request under way, and since when nothing has moved. A socket has no time limit for what is
/// written to it, so somebody else has to look.
final class Flight {
  private final HttpUriRequestBase request;
  private final long patience;
  private final AtomicBoolean givenUp = new AtomicBoolean();
  private volatile long moved = System.nanoTime();
  private volatile boolean onTheWire = true;

  Flight(HttpUriRequestBase request, Duration patience) {
    this.request = request;
    this.patience = patience.toNanos();
  }

  /// From now on we wait for the other side.
  void enter() {
    moved = System.nanoTime();
    onTheWire = true;
  }

  /// From now on it is up to us.
  void leave() {
    onTheWire = false;
  }

  /// Gives up if nothing has moved for too long.
  void look(long now) {
    if (onTheWire && now - moved > patience && givenUp.compareAndSet(false, true)) {
      cancel();
    }
  }

  boolean isGivenUp() {
    return givenUp.get();
  }

  void cancel() {
    request.cancel();
  }
}
