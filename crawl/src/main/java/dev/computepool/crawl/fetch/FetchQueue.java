package dev.computepool.crawl.fetch;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

/// Fetches many pages: hosts at the same time, the pages of a host one after the other.
public final class FetchQueue {
  private static final long LOOK_EVERY_MILLIS = 100;
  private static final long STOP_WITHIN_SECONDS = 5;

  private final Fetcher fetcher;
  private final int perHost;
  private final Predicate<URI> wanted;

  /// Hears of each page when it is there or given up, in no particular order.
  @FunctionalInterface
  public interface Listener {
    void done(URI url, FetchResult result);
  }

  /// @param wanted which pages count, also after redirects
  public FetchQueue(Fetcher fetcher, int perHost, Predicate<URI> wanted) {
    this.fetcher = fetcher;
    this.perHost = perHost;
    this.wanted = wanted;
  }

  /// Fetches them all.
  ///
  /// @return what became of each, in the order of `urls`
  /// @throws CancelledException if the user asked to stop; what was fetched by then is in the cache
  public List<FetchResult> fetchAll(List<URI> urls, Progress progress, Listener listener)
      throws IOException {
    Map<String, ConcurrentLinkedQueue<Integer>> byHost = new LinkedHashMap<>();
    for (int i = 0; i < urls.size(); i++) {
      byHost.computeIfAbsent(urls.get(i).getHost(), _ -> new ConcurrentLinkedQueue<>()).add(i);
    }
    AtomicReferenceArray<FetchResult> results = new AtomicReferenceArray<>(urls.size());
    List<Future<?>> workers = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try (Progress.Step step = progress.begin("Fetching", urls.size(), Progress.Unit.ITEMS)) {
      for (ConcurrentLinkedQueue<Integer> queue : byHost.values()) {
        for (int i = 0; i < Math.min(perHost, queue.size()); i++) {
          workers.add(
              threads.submit(
                  () -> {
                    for (Integer at = queue.poll(); at != null; at = queue.poll()) {
                      URI url = urls.get(at);
                      FetchResult result = fetcher.fetch(url, wanted);
                      results.set(at, result);
                      listener.done(url, result);
                      step.advance(1);
                    }
                    return null;
                  }));
        }
      }
      for (Future<?> worker : workers) {
        await(worker, progress);
      }
    } finally {
      stop(threads);
    }
    List<FetchResult> list = new ArrayList<>(urls.size());
    for (int i = 0; i < urls.size(); i++) {
      list.add(results.get(i));
    }
    return list;
  }

  private static void await(Future<?> worker, Progress progress) throws IOException {
    while (true) {
      try {
        worker.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        progress.cancellation().check();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      } catch (CancellationException e) {
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
  }

  /// Waits for those who were told to stop, since they may be writing to the cache.
  private static void stop(ExecutorService threads) {
    threads.shutdownNow();
    try {
      threads.awaitTermination(STOP_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
