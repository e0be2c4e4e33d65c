package dev.computepool.hash;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Threads that share the work of hashing, and leave the compiler room to make it fast.
public final class HashThreads {
  private HashThreads() {}

  /// Runs `work` on as many threads as the engine has, and returns when the last has ended.
  ///
  /// @param pieces how many threads could have something to do
  /// @param allTaken whether there is nothing left to begin with
  /// @throws IOException the first that a thread threw
  /// @throws CancelledException if the calling thread was interrupted, whose status stays so
  public static void run(
      HashEngine engine, long pieces, BooleanSupplier allTaken, Workers.Work work)
      throws IOException {
    int count = (int) Math.min(engine.threads(), pieces);
    int atOnce =
        engine.kernel() == HashEngine.KernelKind.SCALAR
            ? count
            : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    AtomicInteger begun = new AtomicInteger();
    Workers.run(
        "blake3",
        count,
        workers -> {
          if (begun.getAndIncrement() >= atOnce) {
            awaitCompiler(allTaken);
          }
          work.run(workers);
        });
  }

  // The first second decides: the compiler gets a processor of its own, or all workers crawl.
  private static void awaitCompiler(BooleanSupplier allTaken) throws InterruptedException {
    for (int i = 0; i < 50 && !allTaken.getAsBoolean(); i++) {
      if (LaneKernel.awaitCompiled(Duration.ofMillis(5))) {
        break;
      }
    }
  }
}
