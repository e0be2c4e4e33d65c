package dev.computepool.crawl;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.crawl.PageReader.Read;
import dev.computepool.crawl.source.Found;
import dev.computepool.crawl.source.PageSource;
import dev.computepool.crawl.source.RawPage;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Reads pages on all cores and hands them on in their order. How many are in memory depends on
/// their size: a large one is read alone.
final class Pipeline implements Closeable {
  /// What the pages that are being read may have together. Parsed, a page takes ten to twenty times
  /// its size.
  private static final int MAX_KIB = 8 << 10;

  private static final int WINDOW_PER_CORE = 8;

  private final PageReader reader;
  private final int window;
  private final ExecutorService threads;
  private final Semaphore room = new Semaphore(MAX_KIB);
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /// Takes what pages come to, in their order.
  interface Taker {
    void page(RawPage page, Read read) throws IOException;

    void nothing(Found.Nothing nothing) throws IOException;
  }

  private sealed interface Waiting {
    record Reading(RawPage page, Future<Read> read) implements Waiting {}

    record Skipped(Found.Nothing nothing) implements Waiting {}
  }

  Pipeline(int cores, PageReader reader) {
    this.reader = reader;
    this.window = cores * WINDOW_PER_CORE;
    this.threads =
        Executors.newFixedThreadPool(
            cores, Thread.ofPlatform().daemon().name("read-", 0).factory());
  }

  /// Reads all pages of a source.
  void run(PageSource source, Taker taker, Progress.Step step) throws IOException {
    for (Found found = source.next(); found != null; found = source.next()) {
      switch (found) {
        case Found.Nothing nothing -> waiting.add(new Waiting.Skipped(nothing));
        case Found.Page(RawPage page) -> {
          int kib = (int) Math.min(MAX_KIB, 1 + page.size() / 1024);
          while (!room.tryAcquire(kib)) {
            takeFirst(taker, step);
          }
          waiting.add(new Waiting.Reading(page, threads.submit(() -> read(page, kib))));
        }
      }
      if (waiting.size() >= window) {
        takeFirst(taker, step);
      }
    }
    while (!waiting.isEmpty()) {
      takeFirst(taker, step);
    }
  }

  private Read read(RawPage page, int kib) throws IOException {
    try {
      return reader.read(page);
    } finally {
      room.release(kib);
    }
  }

  private void takeFirst(Taker taker, Progress.Step step) throws IOException {
    switch (waiting.removeFirst()) {
      case Waiting.Skipped(Found.Nothing nothing) -> taker.nothing(nothing);
      case Waiting.Reading(RawPage page, Future<Read> read) -> taker.page(page, get(read));
    }
    step.advance(1);
  }

  private static Read get(Future<Read> read) throws IOException {
    try {
      return read.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException broken -> throw broken;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
