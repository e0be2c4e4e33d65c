package dev.computepool.publish.ollama.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StoreUploadsTest {
  /// Waits until it is broken off.
  private static void hang(CountDownLatch begun) throws IOException {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  @Test
  void allArrive() throws IOException {
    AtomicInteger sent = new AtomicInteger();
    try (StoreUploads uploads = new StoreUploads(3)) {
      assertFalse(uploads.isUsed());
      for (int i = 0; i < 20; i++) {
        uploads.awaitPlace();
        uploads.start(sent::incrementAndGet);
      }
      assertTrue(uploads.isUsed());
      uploads.awaitAll();
      assertEquals(20, sent.get());
    }
  }

  @Test
  void theFirstThatFailsEndsAllThoughAnotherHangs() throws Exception {
    IOException failure = new IOException("no");
    try (StoreUploads uploads = new StoreUploads(3)) {
      CountDownLatch begun = new CountDownLatch(1);
      uploads.start(() -> hang(begun));
      begun.await();
      uploads.start(
          () -> {
            throw failure;
          });
      assertSame(failure, assertThrows(IOException.class, uploads::awaitAll));
      assertSame(failure, assertThrows(IOException.class, uploads::awaitPlace));
    }
  }

  @Test
  void whatNobodyExpectsIsNoSuccess() throws IOException {
    try (StoreUploads uploads = new StoreUploads(2)) {
      uploads.start(
          () -> {
            throw new IllegalArgumentException("a bug");
          });
      assertThrows(IllegalStateException.class, uploads::awaitAll);
    }
  }
}
