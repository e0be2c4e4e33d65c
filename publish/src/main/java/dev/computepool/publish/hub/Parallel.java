package dev.computepool.publish.hub;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Transfers at the same time: many wait, a few move. The first that fails ends all.
final class Parallel {
  private final Semaphore places;

  /// @param most transfers that move at once
  Parallel(int most) {
    this.places = new Semaphore(most, true);
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
    private volatile boolean failed;

    /// Progress that also ends what is under way after another task of the group has failed.
    Progress.Step step(Progress.Step step) {
      return new Progress.Step() {
        @Override
        public void advance(long amount) throws CancelledException {
          if (failed) {
            throw new CancelledException();
          }
          step.advance(amount);
        }

        @Override
        public void close() {
          step.close();
        }
      };
    }
  }

  /// Does something at one of the places.
  <T> T limited(Transfer<T> transfer) throws IOException {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    try {
      return transfer.run();
    } finally {
      places.release();
    }
  }

  /// Runs all tasks to their end.
  ///
  /// @throws IOException what the first of them that failed threw
  void run(List<? extends Task> tasks) throws IOException {
    Group group = new Group();
    List<IOException> failures = new ArrayList<>();
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Task task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  if (group.failed) {
                    return;
                  }
                  try {
                    task.run(group);
                  } catch (IOException e) {
                    synchronized (failures) {
                      group.failed = true;
                      failures.add(e);
                    }
                  }
                }));
      }
    }
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
