package dev.computepool.crawl.fetch;

import dev.computepool.base.Durations;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Lets requests to one host pass one after the other, with time between them, and none at all
/// while the host is to be left alone: a server that asks for a pause asks it of all requests.
final class HostGate {
  private final Pacer pacer;
  private final Semaphore places;
  private final Duration longestPause;
  private final int patience;
  private Duration delay;
  private long nextStart;
  private int failures;
  private @Nullable String givenUp;

  /// @param delay between the beginnings of two requests
  /// @param parallel requests at the same time
  /// @param longestPause a host that wants a longer one is given up
  /// @param patience pages that may fail in a row before the host is given up
  HostGate(Pacer pacer, Duration delay, int parallel, Duration longestPause, int patience) {
    this.pacer = pacer;
    this.places = new Semaphore(parallel, true);
    this.delay = delay;
    this.longestPause = longestPause;
    this.patience = patience;
    this.nextStart = pacer.nanoTime();
  }

  /// Waits for a turn. Whoever got one calls {@link #leave}.
  ///
  /// @return whether there is one: not if the host was given up
  boolean enter() throws InterruptedException {
    places.acquire();
    boolean entered = false;
    try {
      while (true) {
        long wait;
        synchronized (this) {
          if (givenUp != null) {
            return false;
          }
          long now = pacer.nanoTime();
          wait = nextStart - now;
          if (wait <= 0) {
            nextStart = now + delay.toNanos();
            entered = true;
            return true;
          }
        }
        pacer.sleep(Duration.ofNanos(wait));
      }
    } finally {
      if (!entered) {
        places.release();
      }
    }
  }

  void leave() {
    places.release();
  }

  /// Asks for at least so much time between requests from now on.
  synchronized void slowDown(Duration atLeast) {
    if (atLeast.compareTo(delay) > 0) {
      nextStart += atLeast.minus(delay).toNanos();
      delay = atLeast;
    }
  }

  /// Lets nobody pass for a while.
  synchronized void pause(Duration time) {
    if (time.compareTo(longestPause) > 0) {
      giveUp("asked to be left alone for " + Durations.format(time));
      return;
    }
    nextStart = Math.max(nextStart, pacer.nanoTime() + time.toNanos());
  }

  /// Lets nobody pass again.
  synchronized void giveUp(String why) {
    if (givenUp == null) {
      givenUp = why;
    }
  }

  /// A page could not be had although it was tried again.
  synchronized void failed(String why) {
    failures++;
    if (failures >= patience) {
      giveUp("%d pages in a row failed, the last one: %s".formatted(failures, why));
    }
  }

  /// The host has answered.
  synchronized void succeeded() {
    failures = 0;
  }

  /// Why nobody passes any more, or null.
  synchronized @Nullable String givenUp() {
    return givenUp;
  }
}
