package dev.computepool.tests;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Kills of the same call at moments all over its life.
final class Kills {
  private static final int KILLED = 128 + 9;

  private Kills() {}

  /// Lets a call end once, to see how long it takes, and then kills it again and again: early,
  /// later, and just before the end.
  ///
  /// @param moments how many kills
  /// @param call starts the call; it finds what the kill before has left
  /// @param afterwards is told at which share of its time, from 0 to 1, it was killed, and judges
  ///     what the killed call left behind
  /// @return how many calls were over before they could be killed
  static int spread(int moments, Supplier<Running> call, Consumer<Double> afterwards) {
    long begin = System.nanoTime();
    try (Running whole = call.get()) {
      whole.await();
    }
    long nanos = System.nanoTime() - begin;
    int ended = 0;
    for (int i = 1; i <= moments; i++) {
      double share = (double) i / (moments + 1);
      try (Running running = call.get()) {
        if (running.endsWithin(Duration.ofNanos((long) (nanos * share)))
            || running.kill().exitCode() != KILLED) {
          ended++;
        }
      }
      afterwards.accept(share);
    }
    return ended;
  }
}
