package dev.computepool.crawl.fetch;

import dev.computepool.base.CancelledException;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.http.Call;
import dev.computepool.crawl.http.Head;
import dev.computepool.crawl.http.PrivateAddressException;
import dev.computepool.crawl.http.TooLargeException;
import dev.computepool.crawl.http.TooSlowException;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.http.WebUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Fetches pages into a cache, as politely as their hosts can ask for. Threads share one.
public final class Fetcher {
  private static final int MAX_REDIRECTS = 10;
  private static final int ROBOTS_BYTES = 512 << 10;
  private static final int ROBOTS_MAX_BYTES = 64 << 20;
  private static final int SITEMAP_BYTES = 50 << 20; // the limit of the protocol
  private static final int CHALLENGE_BYTES = 64 << 10;

  private final Transport transport;
  private final PageCache cache;
  private final FetchOptions options;
  private final Pacer pacer;
  private final InstantSource clock;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong();

  /// What one request came to.
  private sealed interface Attempt {
    record Answered(CachedPage page) implements Attempt {}

    record Failed(Refused why) implements Attempt {}

    /// @param pause what the server asked for, zero if it said nothing
    record Again(Refused why, Duration pause) implements Attempt {}
  }

  /// What a page is, once all tries are over.
  private record Answer(@Nullable CachedPage page, @Nullable Refused refused, int requests) {}

  /// The cache could not be written, which is no failure of the server.
  private static final class CacheFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException reason;

    CacheFailure(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  public Fetcher(Transport transport, PageCache cache, FetchOptions options) {
    this(transport, cache, options, Pacer.REAL, InstantSource.system());
  }

  Fetcher(
      Transport transport,
      PageCache cache,
      FetchOptions options,
      Pacer pacer,
      InstantSource clock) {
    this.transport = transport;
    this.cache = cache;
    this.options = options;
    this.pacer = pacer;
    this.clock = clock;
  }

  /// Fetches one page, or finds it in the cache.
  ///
  /// @throws CancelledException if the thread is interrupted
  /// @throws IOException if the cache cannot be read or written; what a server does wrong is a
  ///     {@link Refused}
  public FetchResult fetch(URI url) throws IOException {
    return fetch(url, Want.PAGE);
  }

  /// Fetches a sitemap; robots.txt has no say, since it is there for robots.
  public FetchResult fetchSitemap(URI url) throws IOException {
    return fetch(url, Want.SITEMAP);
  }

  private FetchResult fetch(URI url, Want want) throws IOException {
    Set<URI> seen = new HashSet<>();
    URI at = url;
    int made = 0;
    while (seen.size() <= MAX_REDIRECTS) {
      if (!seen.add(at)) {
        return new Refused(Refusal.REDIRECTS, "they come back to " + at);
      }
      Host host = host(at);
      if (want == Want.PAGE && options.respectRobots()) {
        Refused forbidden = askRobots(host, at);
        if (forbidden != null) {
          return at.equals(url) ? forbidden : after(at, forbidden);
        }
      }
      Answer answer = answer(host, at, want);
      made += answer.requests();
      if (answer.refused() != null) {
        return at.equals(url) ? answer.refused() : after(at, answer.refused());
      }
      CachedPage page = Objects.requireNonNull(answer.page());
      String location = page.head().first("location");
      if (!page.isRedirect() || location == null) {
        Refused refused = judge(page, want);
        if (refused != null) {
          return at.equals(url) ? refused : after(at, refused);
        }
        return new Fetched(at, page, made);
      }
      try {
        at = WebUrl.resolve(at, location);
      } catch (IllegalArgumentException e) {
        return new Refused(Refusal.REDIRECTS, String.valueOf(e.getMessage()));
      }
    }
    return new Refused(Refusal.REDIRECTS, "more than " + MAX_REDIRECTS);
  }

  private static Refused after(URI at, Refused refused) {
    String detail = "after a redirect to " + at;
    return new Refused(
        refused.why(), refused.detail().isEmpty() ? detail : refused.detail() + ", " + detail);
  }

  /// Why this page would not be fetched, or null. Nothing is fetched for that but robots.txt.
  public @Nullable String forbids(URI url) throws IOException {
    Refused refused = options.respectRobots() ? askRobots(host(url), url) : null;
    if (refused == null) {
      return null;
    }
    return refused.why().meaning() + (refused.detail().isEmpty() ? "" : ": " + refused.detail());
  }

  /// Whether this page is in the cache and would not be asked for.
  public boolean isCached(URI url) throws IOException {
    CachedPage page = cache.find(url).orElse(null);
    return page != null && (options.offline() || Freshness.isFresh(page, options, clock.instant()));
  }

  /// How many requests were made so far.
  public long requests() {
    return requests.get();
  }

  /// The URLs that the robots.txt of this host names as sitemaps.
  public List<String> sitemaps(URI url) throws IOException {
    Host host = host(url);
    Refused closed = learn(host, url);
    Robots robots = host.robots();
    return closed != null || robots == null ? List.of() : robots.sitemaps();
  }

  private Host host(URI url) {
    return hosts.computeIfAbsent(
        WebUrl.origin(url),
        _ ->
            new Host(
                new HostGate(
                    pacer,
                    options.delay(),
                    options.perHost(),
                    options.longestPause(),
                    options.patience())));
  }

  /// Null if the page may be fetched.
  private @Nullable Refused askRobots(Host host, URI url) throws IOException {
    Refused closed = learn(host, url);
    if (closed != null) {
      return closed;
    }
    Robots robots = host.robots();
    return robots == null || robots.allows(url) ? null : new Refused(Refusal.ROBOTS, "");
  }

  /// Makes sure that the rules of a host are known; says why if they cannot be.
  private @Nullable Refused learn(Host host, URI url) throws IOException {
    try {
      host.learning().lockInterruptibly();
    } catch (InterruptedException e) {
      throw cancelled();
    }
    try {
      if (host.robots() == null && host.closed() == null) {
        readRobots(host, URI.create(WebUrl.origin(url) + "/robots.txt"));
      }
      return host.closed();
    } finally {
      host.learning().unlock();
    }
  }

  private void readRobots(Host host, URI url) throws IOException {
    FetchResult result = fetch(url, Want.ROBOTS);
    switch (result) {
      case Fetched(URI _, CachedPage page, int _) -> {
        byte[] content = cache.read(page).orElse(new byte[0]);
        Robots robots = Robots.parse(url, content);
        Duration asked = robots.delay();
        host.gate()
            .slowDown(asked.compareTo(options.longestDelay()) > 0 ? options.longestDelay() : asked);
        host.learn(robots);
      }
      case Refused refused -> {
        switch (refused.why()) {
          // There is none: 4xx, in the words of the standard "unavailable".
          case NOT_FOUND, DENIED, TYPE, NOT_CACHED, REDIRECTS, CHALLENGE ->
              host.learn(Robots.allowingAll());
          case PRIVATE_ADDRESS, UNREACHABLE, HOST_GIVEN_UP -> host.close(refused);
          case ROBOTS,
              ROBOTS_UNAVAILABLE,
              OPTED_OUT,
              SERVER_ERROR,
              TOO_LARGE,
              TOO_SLOW,
              PDF,
              UNREADABLE,
              DUPLICATE,
              SCRIPT_RENDERED,
              EMPTY ->
              host.close(
                  new Refused(
                      Refusal.ROBOTS_UNAVAILABLE,
                      refused.why().meaning()
                          + (refused.detail().isEmpty() ? "" : ": " + refused.detail())));
        }
      }
    }
  }

  private Answer answer(Host host, URI url, Want want) throws IOException {
    CachedPage known = cache.find(url).orElse(null);
    if (known != null
        && (options.offline() || Freshness.isFresh(known, options, clock.instant()))) {
      if (isUsable(known)) {
        replay(host, known);
        return new Answer(known, null, 0);
      }
      known = null;
    }
    if (options.offline()) {
      return new Answer(null, new Refused(Refusal.NOT_CACHED, ""), 0);
    }
    for (int tries = 0; ; tries++) {
      Attempt attempt;
      try {
        if (!host.gate().enter()) {
          return new Answer(
              null,
              new Refused(Refusal.HOST_GIVEN_UP, String.valueOf(host.gate().givenUp())),
              tries);
        }
        try {
          attempt = attempt(host, url, known, want);
        } finally {
          host.gate().leave();
        }
      } catch (InterruptedException e) {
        throw cancelled();
      }
      switch (attempt) {
        case Attempt.Answered(CachedPage page) -> {
          host.gate().succeeded();
          return new Answer(page, null, tries + 1);
        }
        case Attempt.Failed(Refused why) -> {
          return new Answer(null, why, tries + 1);
        }
        case Attempt.Again(Refused why, Duration pause) -> {
          boolean last = tries == options.retries();
          Duration backOff = options.backOff().multipliedBy(1L << Math.min(tries, 16));
          if (!last || pause.isPositive()) {
            host.gate().pause(pause.compareTo(backOff) > 0 ? pause : backOff);
          }
          if (last) {
            return new Answer(null, giveUp(host, url, why), tries + 1);
          }
        }
      }
    }
  }

  /// Counts an answer in the cache as it was counted when it came: a run that goes on where another
  /// was stopped gives up no host that the other would not have given up.
  private static void replay(Host host, CachedPage page) {
    if (page.refused() == null) {
      host.gate().succeeded();
    } else if (page.refused() == Refusal.SERVER_ERROR || page.refused() == Refusal.TOO_SLOW) {
      host.gate().failed(page.detail());
    }
  }

  /// A body that somebody has removed from the cache makes its entry worth nothing.
  private boolean isUsable(CachedPage page) throws IOException {
    return page.sha256() == null || cache.read(page).isPresent();
  }

  private Refused giveUp(Host host, URI url, Refused why) throws IOException {
    String times = options.retries() == 0 ? "" : ", %d times".formatted(options.retries() + 1);
    Refused refused = new Refused(why.why(), why.detail() + times);
    host.gate().failed(refused.detail());
    if (why.why() != Refusal.UNREACHABLE) {
      remember(url, new Head(0, Map.of()), refused, 0);
    }
    return refused;
  }

  private void remember(URI url, Head head, Refused refused, long limit) throws IOException {
    cache.refuse(url, head, refused.why(), refused.detail(), limit, clock.instant());
  }

  private Attempt attempt(Host host, URI url, @Nullable CachedPage known, Want want)
      throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", want.accept());
    if (known != null && known.refused() == null && known.status() == 200 && isUsable(known)) {
      String etag = known.head().first("etag");
      String modified = known.head().first("last-modified");
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
          case SITEMAP -> SITEMAP_BYTES;
        };
    Call call = Call.get(url, headers, maxBytes, options.timeout());
    requests.incrementAndGet();
    try {
      return transport.send(call, (head, body) -> take(url, known, want, head, body));
    } catch (CacheFailure e) {
      throw e.reason;
    } catch (PrivateAddressException e) {
      return new Attempt.Failed(
          new Refused(Refusal.PRIVATE_ADDRESS, String.valueOf(e.getMessage())));
    } catch (TooLargeException e) {
      Refused refused = new Refused(Refusal.TOO_LARGE, String.valueOf(e.getMessage()));
      remember(url, new Head(200, Map.of()), refused, maxBytes);
      return new Attempt.Failed(refused);
    } catch (TooSlowException e) {
      Refused refused = new Refused(Refusal.TOO_SLOW, String.valueOf(e.getMessage()));
      host.gate().failed("too slow: " + refused.detail());
      remember(url, new Head(0, Map.of()), refused, 0);
      return new Attempt.Failed(refused);
    } catch (UnknownHostException e) {
      Refused refused = new Refused(Refusal.UNREACHABLE, "no address for " + url.getHost());
      host.gate().giveUp(refused.detail());
      return new Attempt.Failed(refused);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw cancelled();
      }
      String detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      Refused refused = new Refused(Refusal.UNREACHABLE, detail);
      if (e instanceof SSLException) {
        host.gate().failed(detail);
        return new Attempt.Failed(refused);
      }
      return new Attempt.Again(refused, Duration.ZERO);
    }
  }

  private Attempt take(URI url, @Nullable CachedPage known, Want want, Head head, InputStream body)
      throws IOException {
    int status = head.status();
    if (status == 304 && known != null) {
      return new Attempt.Answered(local(() -> cache.confirm(known, head, clock.instant())));
    }
    if (status == 200 || status == 203) {
      InputStream wanted =
          !want.takes(head)
              ? null
              : new NetworkStream(body, want == Want.ROBOTS ? ROBOTS_BYTES : -1);
      return new Attempt.Answered(store(url, head, wanted));
    }
    if (status == 403 || status == 429 || status == 503) {
      byte[] start = body.readNBytes(CHALLENGE_BYTES);
      if (Challenge.isChallenge(head, new String(start, StandardCharsets.ISO_8859_1))) {
        Refused refused = new Refused(Refusal.CHALLENGE, "status " + status);
        local(() -> cache.refuse(url, head, refused.why(), refused.detail(), 0, clock.instant()));
        return new Attempt.Failed(refused);
      }
    }
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      return new Attempt.Again(
          new Refused(Refusal.SERVER_ERROR, "status " + status), retryAfter(head));
    }
    return new Attempt.Answered(store(url, head, null));
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

  private CachedPage store(URI url, Head head, @Nullable InputStream body) throws IOException {
    try {
      return cache.store(url, head, body, clock.instant());
    } catch (IOException e) {
      if (body instanceof NetworkStream network && network.hasFailed()) {
        throw e;
      }
      throw new CacheFailure(e);
    }
  }

  private Duration retryAfter(Head head) {
    String value = head.first("retry-after");
    if (value == null) {
      return Duration.ZERO;
    }
    if (value.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), until);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeParseException e) {
      return Duration.ZERO; // as if it had said nothing
    }
  }

  /// Null if the answer is what was wanted.
  private static @Nullable Refused judge(CachedPage page, Want want) {
    if (page.refused() != null) {
      return new Refused(page.refused(), page.detail());
    }
    int status = page.status();
    if (status == 200 || status == 203) {
      if (page.sha256() != null) {
        return null;
      }
      String type = Want.type(page.head());
      return want == Want.PAGE && type.equals("application/pdf")
          ? new Refused(Refusal.PDF, "")
          : new Refused(Refusal.TYPE, type);
    }
    return switch (status) {
      case 404, 410 -> new Refused(Refusal.NOT_FOUND, "status " + status);
      case 204, 205 -> new Refused(Refusal.TYPE, "no content");
      default ->
          status < 400
              ? new Refused(Refusal.REDIRECTS, "status %d without a place".formatted(status))
              : new Refused(Refusal.DENIED, "status " + status);
    };
  }

  private static CancelledException cancelled() {
    Thread.currentThread().interrupt();
    return new CancelledException();
  }

  /// What has been fetched of a page.
  ///
  /// @return empty if somebody has removed it from the cache meanwhile
  public Optional<byte[]> read(CachedPage page) throws IOException {
    return cache.read(page);
  }
}
