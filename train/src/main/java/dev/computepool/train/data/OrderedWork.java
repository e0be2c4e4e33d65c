package dev.computepool.train.data;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.train.data.Lines.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Works on the batches of a file on several threads, and takes the results in the order of the
/// file. Few batches are in memory at a time.
final class OrderedWork {
  private OrderedWork() {}

  /// Takes one result after the other, all on the calling thread.
  interface Sink<R> {
    void take(R result) throws IOException;
  }

  /// Works through a file.
  ///
  /// @param name of the stage that is shown
  static <R> void run(
      Path file, String name, int threads, Function<Batch, R> work, Sink<R> sink, Progress progress)
      throws IOException {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads);
        Lines lines = Lines.open(file);
        Progress.Step step = progress.begin(name, Files.size(file), Progress.Unit.BYTES)) {
      Deque<Future<R>> ahead = new ArrayDeque<>();
      long told = 0;
      try {
        for (Batch batch = lines.next(); batch != null; batch = lines.next()) {
          Batch next = batch;
          ahead.add(pool.submit(() -> work.apply(next)));
          if (ahead.size() > threads) {
            sink.take(result(ahead.remove()));
          }
          step.advance(lines.offset() - told);
          told = lines.offset();
        }
        while (!ahead.isEmpty()) {
          sink.take(result(ahead.remove()));
          step.advance(0);
        }
      } finally {
        // Closing the pool waits for what is under way, and that is at most a batch a thread.
        ahead.forEach(f -> f.cancel(false));
      }
    }
  }

  private static <R> R result(Future<R> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
