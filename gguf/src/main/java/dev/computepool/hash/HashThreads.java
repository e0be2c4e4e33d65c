package dev.computepool.hash;

import dev.computepool.base.CancelledException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Threads that share the work of hashing, and end together: when all is done, or when one fails.
public final class HashThreads {
  private final BooleanSupplier allTaken;
  private final Work work;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private HashThreads(BooleanSupplier allTaken, Work work) {
    this.allTaken = allTaken;
    this.work = work;
  }

  /// What each thread does: take the next piece of work until there is none, or until
  /// {@link #stopped}.
  @FunctionalInterface
  public interface Work {
    void run(HashThreads threads) throws IOException;
  }

  /// Runs `work` on as many threads as the engine has, and returns when the last has ended.
  ///
  /// @param pieces how many threads could have something to do
  /// @param allTaken whether there is nothing left to begin with
  /// @throws IOException the first that a thread threw
  /// @throws CancelledException if the calling thread was interrupted, whose status stays so
  public static void run(HashEngine engine, long pieces, BooleanSupplier allTaken, Work work)
      throws IOException {
    new HashThreads(allTaken, work).start(engine, (int) Math.min(engine.threads(), pieces));
  }

  /// Whether another thread has failed, so that nothing that is still done will matter.
  public boolean stopped() {
    return failure.get() != null;
  }

  // The caller only waits: an interrupt of a thread that reads would close the file under us.
  private void start(HashEngine engine, int count) throws IOException {
    int atOnce =
        engine.kernel() == HashEngine.KernelKind.SCALAR
            ? count
            : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean wait = i >= atOnce;
      threads.add(Thread.ofPlatform().daemon().name("blake3-" + i).start(() -> guarded(wait)));
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          failure.compareAndSet(null, new CancelledException());
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError(e);
    }
  }

  private void guarded(boolean wait) {
    try {
      if (wait) {
        awaitCompiler();
      }
      work.run(this);
    } catch (InterruptedException e) {
      failure.compareAndSet(null, new CancelledException());
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  // The first second decides: the compiler gets a processor of its own, or all workers crawl.
  private void awaitCompiler() throws InterruptedException {
    for (int i = 0; i < 50 && !allTaken.getAsBoolean(); i++) {
      if (LaneKernel.awaitCompiled(Duration.ofMillis(5))) {
        break;
      }
    }
  }
}
