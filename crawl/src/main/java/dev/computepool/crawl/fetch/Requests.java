package dev.computepool.crawl.fetch;

import dev.computepool.base.CancelledException;
import dev.computepool.base.http.Head;
import dev.computepool.base.http.RetryAfter;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.http.Call;
import dev.computepool.crawl.http.PrivateAddressException;
import dev.computepool.crawl.http.TooLargeException;
import dev.computepool.crawl.http.TooSlowException;
import dev.computepool.crawl.http.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Gets the answer to one request, out of the cache or with as many tries as it takes. Redirects
/// are answers, and what robots.txt says is the caller's business.
final class Requests {
  private static final int ROBOTS_BYTES = 512 << 10;
  private static final int ROBOTS_MAX_BYTES = 64 << 20;
  private static final int RESERVATIONS_BYTES = 1 << 20;
  private static final int SITEMAP_BYTES = 50 << 20; // the limit of the protocol
  private static final int CHALLENGE_BYTES = 64 << 10;

  private final Transport transport;
  private final PageCache cache;
  private final FetchOptions options;
  private final InstantSource clock;
  private final AtomicLong made = new AtomicLong();

  /// What one request came to.
  private sealed interface Attempt {
    record Answered(CachedPage page) implements Attempt {}

    record Failed(Refused why) implements Attempt {}

    /// @param pause what the server asked for, zero if it said nothing
    record Again(Refused why, Duration pause) implements Attempt {}
  }

  /// What a request comes to once all tries are over: either a page or why there is none.
  ///
  /// @param requests how many were made
  record Answer(@Nullable CachedPage page, @Nullable Refused refused, int requests) {}

  /// The cache could not be written, which is no failure of the server.
  private static final class CacheFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException reason;

    CacheFailure(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  Requests(Transport transport, PageCache cache, FetchOptions options, InstantSource clock) {
    this.transport = transport;
    this.cache = cache;
    this.options = options;
    this.clock = clock;
  }

  /// How many were made so far.
  long made() {
    return made.get();
  }

  /// Finds an answer in the cache, or asks until there is one or no more sense in it.
  ///
  /// @param gate of the host, through which each request goes
  /// @throws CancelledException if the thread is interrupted
  Answer answer(HostGate gate, URI url, Want want) throws IOException {
    PageCache.Known known = cache.find(url, want).orElse(null);
    if (options.offline()) {
      return known == null || !isUsable(known.best())
          ? new Answer(null, new Refused(Refusal.NOT_CACHED, ""), 0)
          : new Answer(known.best(), null, 0);
    }
    if (known != null
        && Freshness.isFresh(known.last(), want, options, clock.instant())
        && isUsable(known.last())) {
      replay(gate, known.last());
      return new Answer(known.last(), null, 0);
    }
    CachedPage before = known == null ? null : known.best();
    for (int tries = 0; ; tries++) {
      Attempt attempt;
      try {
        if (!gate.enter()) {
          return new Answer(
              null, new Refused(Refusal.HOST_GIVEN_UP, String.valueOf(gate.givenUp())), tries);
        }
        try {
          attempt = attempt(gate, url, before, want);
        } finally {
          gate.leave();
        }
      } catch (InterruptedException e) {
        throw cancelled();
      }
      switch (attempt) {
        case Attempt.Answered(CachedPage page) -> {
          gate.succeeded();
          return new Answer(page, null, tries + 1);
        }
        case Attempt.Failed(Refused why) -> {
          return new Answer(null, why, tries + 1);
        }
        case Attempt.Again(Refused why, Duration pause) -> {
          boolean last = tries == options.retries();
          if (!last || pause.isPositive()) {
            Duration backOff = backOff(tries);
            gate.pause(pause.compareTo(backOff) > 0 ? pause : backOff);
          }
          if (last) {
            return new Answer(null, giveUp(gate, url, want, why), tries + 1);
          }
        }
      }
    }
  }

  /// Never longer than what a host may ask for, beyond which it is given up.
  private Duration backOff(int tries) {
    Duration backOff = options.backOff().multipliedBy(1L << Math.min(tries, 16));
    return backOff.compareTo(options.longestPause()) > 0 ? options.longestPause() : backOff;
  }

  /// Counts an answer in the cache as it was counted when it came: a run that goes on where another
  /// was stopped gives up no host that the other would not have given up.
  private static void replay(HostGate gate, CachedPage page) {
    if (page.refused() == null) {
      gate.succeeded();
    } else if (page.refused() == Refusal.SERVER_ERROR || page.refused() == Refusal.TOO_SLOW) {
      gate.failed(page.detail());
    }
  }

  /// A body that somebody has removed from the cache makes its entry worth nothing.
  private boolean isUsable(CachedPage page) throws IOException {
    return page.sha256() == null || cache.read(page).isPresent();
  }

  private Refused giveUp(HostGate gate, URI url, Want want, Refused why) throws IOException {
    String times = options.retries() == 0 ? "" : ", %d times".formatted(options.retries() + 1);
    Refused refused = new Refused(why.why(), why.detail() + times);
    gate.failed(refused.detail());
    if (why.why() != Refusal.UNREACHABLE) {
      remember(url, want, new Head(0, Map.of()), refused, 0);
    }
    return refused;
  }

  private CachedPage remember(URI url, Want want, Head head, Refused refused, long limit)
      throws IOException {
    return cache.refuse(url, want, head, refused, limit, clock.instant());
  }

  private Attempt attempt(HostGate gate, URI url, @Nullable CachedPage before, Want want)
      throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", want.accept());
    CachedPage old = before != null && before.status() == 200 && isUsable(before) ? before : null;
    if (old != null && old.refused() == null) {
      String etag = old.head().first("etag");
      String modified = old.head().first("last-modified");
      if (etag != null) {
        headers.put("If-None-Match", etag);
      } else if (modified != null) {
        headers.put("If-Modified-Since", modified);
      }
    }
    long maxBytes =
        switch (want) {
          case PAGE -> options.maxBytes();
          case ROBOTS -> ROBOTS_MAX_BYTES;
          case RESERVATIONS -> RESERVATIONS_BYTES;
          case SITEMAP -> SITEMAP_BYTES;
        };
    Call call = Call.get(url, headers, maxBytes, options.timeout());
    made.incrementAndGet();
    try {
      return transport.send(call, (head, body) -> take(url, old, want, head, body));
    } catch (CacheFailure e) {
      throw e.reason;
    } catch (PrivateAddressException e) {
      return new Attempt.Failed(
          new Refused(Refusal.PRIVATE_ADDRESS, String.valueOf(e.getMessage())));
    } catch (TooLargeException e) {
      Refused refused = new Refused(Refusal.TOO_LARGE, String.valueOf(e.getMessage()));
      remember(url, want, new Head(200, Map.of()), refused, maxBytes);
      return new Attempt.Failed(refused);
    } catch (TooSlowException e) {
      Refused refused = new Refused(Refusal.TOO_SLOW, String.valueOf(e.getMessage()));
      gate.failed("too slow: " + refused.detail());
      remember(url, want, new Head(0, Map.of()), refused, 0);
      return new Attempt.Failed(refused);
    } catch (UnknownHostException e) {
      Refused refused = new Refused(Refusal.UNREACHABLE, "no address for " + url.getHost());
      gate.giveUp(refused.detail());
      return new Attempt.Failed(refused);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw cancelled();
      }
      String detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      Refused refused = new Refused(Refusal.UNREACHABLE, detail);
      if (e instanceof SSLException) {
        gate.failed(detail);
        return new Attempt.Failed(refused);
      }
      return new Attempt.Again(refused, Duration.ZERO);
    }
  }

  private Attempt take(URI url, @Nullable CachedPage old, Want want, Head head, InputStream body)
      throws IOException {
    int status = head.status();
    if (status == 304 && old != null) {
      return new Attempt.Answered(local(() -> cache.confirm(old, want, head, clock.instant())));
    }
    boolean whole = status == 200 || status == 203;
    byte[] start = new byte[0];
    // A page with a challenge is told when it is read; rules are obeyed before anybody reads them.
    if (status == 403 || status == 429 || status == 503 || (whole && want == Want.ROBOTS)) {
      start = body.readNBytes(CHALLENGE_BYTES);
      if (Challenge.isChallenge(head, new String(start, StandardCharsets.ISO_8859_1))) {
        Refused refused = new Refused(Refusal.CHALLENGE, "status " + status);
        local(() -> remember(url, want, head, refused, 0));
        return new Attempt.Failed(refused);
      }
    }
    if (whole) {
      InputStream all = new SequenceInputStream(new ByteArrayInputStream(start), body);
      InputStream wanted =
          !want.takes(head)
              ? null
              : new NetworkStream(all, want == Want.ROBOTS ? ROBOTS_BYTES : -1);
      return new Attempt.Answered(store(url, want, head, wanted));
    }
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      return new Attempt.Again(
          new Refused(Refusal.SERVER_ERROR, "status " + status),
          RetryAfter.of(head, clock.instant()));
    }
    return new Attempt.Answered(store(url, want, head, null));
  }

  /// Work on the cache inside of a request.
  @FunctionalInterface
  private interface LocalWork {
    CachedPage run() throws IOException;
  }

  private static CachedPage local(LocalWork work) throws CacheFailure {
    try {
      return work.run();
    } catch (IOException e) {
      throw new CacheFailure(e);
    }
  }

  private CachedPage store(URI url, Want want, Head head, @Nullable InputStream body)
      throws IOException {
    try {
      return cache.store(url, want, head, body, clock.instant());
    } catch (IOException e) {
      if (body instanceof NetworkStream network && network.hasFailed()) {
        throw e;
      }
      throw new CacheFailure(e);
    }
  }

  private static CancelledException cancelled() {
    Thread.currentThread().interrupt();
    return new CancelledException();
  }
}
