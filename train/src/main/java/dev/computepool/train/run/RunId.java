package dev.computepool.train.run;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.ThreadLocalRandom;

/// Names of runs, in the order of time.
final class RunId {
  private static final int TAIL = 36 * 36 * 36 * 36;

  private RunId() {}

  /// A new one, such as `run-2026-11-21T09-30-00-000Z-x7k2`.
  static String of(Instant now) {
    String time = "%1$tFT%1$tH-%1$tM-%1$tS-%1$tLZ".formatted(now.atOffset(ZoneOffset.UTC));
    String tail =
        Integer.toString(ThreadLocalRandom.current().nextInt(TAIL) + TAIL, 36).substring(1);
    return "run-" + time + "-" + tail;
  }
}
