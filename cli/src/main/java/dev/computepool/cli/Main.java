package dev.computepool.cli;

import dev.computepool.base.Cancellation;
import dev.computepool.cli.term.Environment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Where the process begins and ends.
public final class Main {
  private static final long LOOK_MILLIS = 100;

  /// How often Ctrl-C looks whether the work has left the disk valid, once nothing holds the
  /// process. Looks are counted and not time: what the machine sleeps through is none of them.
  private static final int LOOKS = 9;

  /// The same for work that has noticed and cleans up, which is nothing to be broken off.
  private static final int LOOKS_AT_CLEANING = 100;

  private Main() {}

  public static void main(String[] args) {
    if (Boolean.getBoolean("computepool.worker.ahead")) {
      LlamaOptions.startAhead();
    }
    Cancellation cancellation = new Cancellation();
    CountDownLatch ended = new CountDownLatch(1);
    // On a signal the VM runs its hooks and then ends with 128 + the signal's number, which for
    // Ctrl-C is the 130 that we promise. The hook holds it back until the work has cleaned up.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cancel(cancellation, ended), "cancel"));
    String program = System.getProperty("computepool.name", "computepool");
    int code;
    try {
      code = new Cli(Environment.ofProcess(), cancellation, program).run(args);
    } finally {
      ended.countDown();
    }
    if (cancellation.isCancelled()) {
      System.exit(code); // the signal that came decides
    }
    // Nothing is left to be done at the end, and System.exit would first look for loggers to tell.
    Runtime.getRuntime().halt(code);
  }

  private static void cancel(Cancellation cancellation, CountDownLatch ended) {
    cancellation.cancel();
    try {
      int looks = 0;
      while (looks < (cancellation.isNoticed() ? LOOKS_AT_CLEANING : LOOKS)
          && !ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        looks = cancellation.isHeld() ? 0 : looks + 1;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
