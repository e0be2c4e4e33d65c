package dev.computepool.publish.hub;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Transfers at the same time: many wait, a few move. The first that fails ends all.
final class Parallel {
  private final Semaphore places;

  /// @param most transfers that move at once
  Parallel(int most) {
    this.places = new Semaphore(most, true);
  }

  /// As many at once as there are processors.
  static Parallel cores() {
    return new Parallel(Runtime.getRuntime().availableProcessors());
  }

  /// Something to do.
  @FunctionalInterface
  interface Task {
    void run(Group group) throws IOException;
  }

  /// Something that moves bytes.
  @FunctionalInterface
  interface Transfer<T> {
    T run() throws IOException;
  }

  /// Tasks that end together.
  static final class Group {
    private final @Nullable Group parent;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Group(@Nullable Group parent) {
      this.parent = parent;
    }

    private boolean hasFailed() {
      return failure.get() != null || (parent != null && parent.hasFailed());
    }

    private void fail(Throwable e) {
      failure.compareAndSet(null, e);
    }

    /// Ends the calling task if another one has failed.
    private void check() throws CancelledException {
      if (hasFailed()) {
        throw new CancelledException();
      }
    }

    /// Progress that also ends what is under way after another task of the group has failed.
    Progress.Step step(Progress.Step step) {
      return new Progress.Step() {
        @Override
        public void advance(long amount) throws CancelledException {
          check();
          step.advance(amount);
        }

        @Override
        public void close() {
          step.close();
        }
      };
    }
  }

  /// Does something at one of the places, unless another task of the group has failed until there
  /// is one. If it fails, so has the group: nobody takes its place.
  <T> T limited(Group group, Transfer<T> transfer) throws IOException {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    try {
      group.check();
      return transfer.run();
    } catch (Throwable e) {
      group.fail(e);
      throw e;
    } finally {
      places.release();
    }
  }

  /// Runs all tasks to their end.
  ///
  /// @throws IOException what the first of them that failed threw
  void run(List<? extends Task> tasks) throws IOException {
    run(null, tasks);
  }

  /// Runs tasks that a task consists of: they end, too, when another task of its group fails.
  void run(@Nullable Group parent, List<? extends Task> tasks) throws IOException {
    Group group = new Group(parent);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Task task : tasks) {
        threads.execute(
            () -> {
              try {
                group.check();
                task.run(group);
              } catch (Throwable e) {
                group.fail(e);
              }
            });
      }
    }
    switch (group.failure.get()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
