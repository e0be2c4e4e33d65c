package dev.computepool.tests;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Something that happens to a call while it works. How long that takes is up to the machine: a
/// call that was over before shows nothing, and is made again.
final class Moments {
  private static final int TRIES = 20;

  private Moments() {}

  /// Makes calls until something has happened to one of them in time.
  ///
  /// @param call starts the call; it finds what the one before has left
  /// @param begun whether the call is at work
  /// @param happens to the call then
  /// @param missed whether the call was over before, as its end and what it left behind tell
  /// @return the end of the call that it happened to, or of the last one if all were over before
  static Result meet(
      Supplier<Running> call,
      BooleanSupplier begun,
      Consumer<Running> happens,
      Predicate<Result> missed) {
    Result last = Result.done("");
    for (int tries = 0; tries < TRIES; tries++) {
      try (Running running = call.get()) {
        running.await(() -> begun.getAsBoolean() || !running.isAlive(), "its work");
        happens.accept(running);
        last = running.await();
      }
      if (!missed.test(last)) {
        return last;
      }
    }
    return last;
  }
}
