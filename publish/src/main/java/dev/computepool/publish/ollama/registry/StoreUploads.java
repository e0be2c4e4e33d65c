package dev.computepool.publish.ollama.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Parts of a blob that are on their way to an object store, several at once. The first that fails
/// ends all.
final class StoreUploads implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int parallel;
  private final Semaphore places;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private boolean used;

  /// Sends a part.
  @FunctionalInterface
  interface Upload {
    void run() throws IOException;
  }

  /// @param parallel parts at once
  StoreUploads(int parallel) {
    this.parallel = parallel;
    this.places = new Semaphore(parallel);
  }

  /// Waits until another part may be sent.
  ///
  /// @throws IOException if one has failed meanwhile
  void awaitPlace() throws IOException {
    acquire(1);
    places.release(); // it is taken where it is known that the part goes this way
    requireNoFailure();
  }

  /// Whether any part went this way.
  boolean isUsed() {
    return used;
  }

  /// Begins to send a part. There is a place, for one thread alone asks for them.
  void start(Upload upload) throws IOException {
    acquire(1);
    used = true;
    threads.execute(() -> send(upload));
  }

  private void send(Upload upload) {
    try {
      upload.run();
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      places.release(parallel); // nobody waits for the others any more
    } finally {
      places.release();
    }
  }

  /// Waits until all have arrived.
  ///
  /// @throws IOException if one has failed
  void awaitAll() throws IOException {
    acquire(parallel);
    requireNoFailure();
  }

  private void acquire(int count) throws IOException {
    try {
      places.acquire(count);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private void requireNoFailure() throws IOException {
    Throwable first = failure.get();
    if (first instanceof IOException e) {
      throw e;
    }
    if (first != null) {
      throw new IllegalStateException("a part failed in a way that nobody expects", first);
    }
  }

  /// Breaks off what is still on its way, and waits for that.
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
