package dev.computepool.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Threads that share one work, and end together: when all of it is done, or when one fails.
///
/// The calling thread only waits, and an interrupt of it does not reach them: it would close the
/// files that they read and write.
public final class Workers {
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private Workers() {}

  /// What each thread does: take the next piece of the work until there is none, or until {@link
  /// #stopped}.
  @FunctionalInterface
  public interface Work {
    /// Works until nothing is left.
    ///
    /// @throws InterruptedException if the thread itself is interrupted, which nobody here does
    void run(Workers workers) throws IOException, InterruptedException;
  }

  /// Runs `work` on so many threads, and returns when the last has ended.
  ///
  /// @param name of the threads, before their number
  /// @throws IOException the first that a thread threw
  /// @throws CancelledException if the calling thread was interrupted, whose status stays so
  public static void run(String name, int threads, Work work) throws IOException {
    new Workers().start(name, threads, work);
  }

  /// Waits until a thread has ended. An interrupt does not shorten that, and is kept.
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether another thread has failed, so that nothing that is still done will matter.
  public boolean stopped() {
    return failure.get() != null;
  }

  private void start(String name, int count, Work work) throws IOException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).start(() -> guarded(work)));
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

  private void guarded(Work work) {
    try {
      work.run(this);
    } catch (InterruptedException e) {
      failure.compareAndSet(null, new CancelledException());
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }
}
