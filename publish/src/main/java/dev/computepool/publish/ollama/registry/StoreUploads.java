package dev.computepool.publish.ollama.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Parts of a blob that are on their way to an object store, several at once. The first that fails
/// ends all.
final class StoreUploads implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places;
  private final List<Future<@Nullable Void>> parts = new ArrayList<>();
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

  /// Sends a part.
  @FunctionalInterface
  interface Upload {
    void run() throws IOException;
  }

  /// @param parallel parts at once
  StoreUploads(int parallel) {
    places = new Semaphore(parallel);
  }

  /// Waits until another part may be sent.
  ///
  /// @throws IOException if one has failed meanwhile
  void awaitPlace() throws IOException {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    places.release(); // it is taken where it is known that the part goes this way
    requireNoFailure();
  }

  /// Whether any part went this way.
  boolean isUsed() {
    return !parts.isEmpty();
  }

  /// Begins to send a part. There is a place, for one thread alone asks for them.
  void start(Upload upload) throws IOException {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    parts.add(
        threads.submit(
            () -> {
              try {
                upload.run();
              } catch (IOException e) {
                failure.compareAndSet(null, e);
              } finally {
                places.release();
              }
              return null;
            }));
  }

  /// Waits until all have arrived.
  ///
  /// @throws IOException if one has failed
  void awaitAll() throws IOException {
    for (Future<@Nullable Void> part : parts) {
      try {
        part.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a part failed in a way that nobody expects", e);
      }
      requireNoFailure();
    }
  }

  private void requireNoFailure() throws IOException {
    IOException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  /// Breaks off what is still on its way, and waits for that.
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
