package dev.computepool.crawl.fetch;

import dev.computepool.base.CancelledException;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.http.WebUrl;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Fetches pages into a cache, as politely as their hosts can ask for. Threads share one.
public final class Fetcher {
  private static final int MAX_REDIRECTS = 10;

  private final Requests requests;
  private final PageCache cache;
  private final FetchOptions options;
  private final Pacer pacer;
  private final InstantSource clock;
  private final Robot robot;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();
  private final Map<String, HostGate> gates = new ConcurrentHashMap<>();

  public Fetcher(Transport transport, PageCache cache, FetchOptions options) {
    this(transport, cache, options, Pacer.REAL, InstantSource.system());
  }

  Fetcher(
      Transport transport,
      PageCache cache,
      FetchOptions options,
      Pacer pacer,
      InstantSource clock) {
    this.requests = new Requests(transport, cache, options, clock);
    this.cache = cache;
    this.options = options;
    this.pacer = pacer;
    this.clock = clock;
    this.robot = Robot.of(transport.userAgent());
  }

  /// Fetches one page, or finds it in the cache.
  ///
  /// @throws CancelledException if the thread is interrupted
  /// @throws IOException if the cache cannot be read or written; what a server does wrong is a
  ///     {@link Refused}
  public FetchResult fetch(URI url) throws IOException {
    return fetch(url, _ -> true);
  }

  /// Fetches one page, or finds it in the cache.
  ///
  /// @param wanted which pages count; a redirect that leads to another is not followed
  public FetchResult fetch(URI url, Predicate<URI> wanted) throws IOException {
    return fetch(url, Want.PAGE, wanted);
  }

  /// Fetches a sitemap at the pace that robots.txt asks for; whether it may be fetched is not asked
  /// there, since it is there for robots.
  public FetchResult fetchSitemap(URI url) throws IOException {
    return fetch(url, Want.SITEMAP, _ -> true);
  }

  private FetchResult fetch(URI url, Want want, Predicate<URI> wanted) throws IOException {
    Set<URI> seen = new HashSet<>();
    URI at = url;
    int made = 0;
    while (seen.size() <= MAX_REDIRECTS) {
      if (!seen.add(at)) {
        return new Refused(Refusal.REDIRECTS, "they come back to " + at);
      }
      Host host = host(at);
      Refused forbidden =
          wanted.test(at) ? forbidden(host, at, want) : new Refused(Refusal.ELSEWHERE, "");
      if (forbidden != null) {
        return at.equals(url) ? forbidden : after(at, forbidden);
      }
      Requests.Answer answer = requests.answer(host.gate(), at, want);
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
        location = refresh(at, page, want);
        if (location == null) {
          return new Fetched(at, page, made);
        }
      }
      try {
        at = WebUrl.resolve(at, location);
      } catch (IllegalArgumentException e) {
        return new Refused(Refusal.REDIRECTS, String.valueOf(e.getMessage()));
      }
    }
    return new Refused(Refusal.REDIRECTS, "more than " + MAX_REDIRECTS);
  }

  /// Where a page sends its readers that says no more than that; null if it says something.
  private @Nullable String refresh(URI at, CachedPage page, Want want) throws IOException {
    if (want != Want.PAGE || page.size() > Refresh.LARGEST) {
      return null;
    }
    String target = cache.read(page).flatMap(Refresh::target).orElse(null);
    // A page that only loads itself again is waiting for something that will not come.
    return target == null || isSame(at, target) ? null : target;
  }

  private static boolean isSame(URI at, String target) {
    try {
      return WebUrl.resolve(at, target).equals(at);
    } catch (IllegalArgumentException e) {
      return true; // it leads nowhere
    }
  }

  private static Refused after(URI at, Refused refused) {
    String detail = "after a redirect to " + at;
    return new Refused(
        refused.why(), refused.detail().isEmpty() ? detail : refused.detail() + ", " + detail);
  }

  /// Why this page would not be fetched, or null. Nothing is fetched for that but robots.txt and
  /// tdmrep.json.
  public @Nullable String forbids(URI url) throws IOException {
    Refused refused = forbidden(host(url), url, Want.PAGE);
    if (refused == null) {
      return null;
    }
    return refused.why().meaning() + (refused.detail().isEmpty() ? "" : ": " + refused.detail());
  }

  /// Whether this page is in the cache and would not be asked for.
  public boolean isCached(URI url) throws IOException {
    PageCache.Known known = cache.find(url, Want.PAGE).orElse(null);
    return known != null
        && (options.offline()
            || Freshness.isFresh(known.last(), Want.PAGE, options, clock.instant()));
  }

  /// How many requests were made so far.
  public long requests() {
    return requests.made();
  }

  /// The URLs that the robots.txt of this host names as sitemaps.
  ///
  /// @throws PageRefusedException if there may be one, and it could not be read
  public List<String> sitemaps(URI url) throws IOException {
    Host host = host(url);
    Refused closed = learn(host, url);
    if (closed != null) {
      throw new PageRefusedException(url, closed.why(), closed.detail());
    }
    Robots robots = host.robots();
    return robots == null ? List.of() : robots.sitemaps();
  }

  private Host host(URI url) {
    return hosts.computeIfAbsent(WebUrl.origin(url), _ -> new Host(gate(url.getHost())));
  }

  /// One machine answers on all ports, so its pace is one for all of them.
  private HostGate gate(String host) {
    return gates.computeIfAbsent(
        host,
        _ ->
            new HostGate(
                pacer,
                options.delay(),
                options.perHost(),
                options.longestPause(),
                options.patience()));
  }

  /// Null if the page may be fetched, as far as its host says.
  private @Nullable Refused forbidden(Host host, URI url, Want want) throws IOException {
    Refused refused = askRobots(host, url, want);
    if (refused != null || want != Want.PAGE || !options.respectOptOuts()) {
      return refused;
    }
    Robots robots = host.robots();
    if (robots != null && robots.reserves(url)) {
      return new Refused(Refusal.OPTED_OUT, "robots.txt, no training of models");
    }
    return reservations(host, url).cover(url)
        ? new Refused(Refusal.OPTED_OUT, "tdmrep.json, tdm-reservation: 1")
        : null;
  }

  /// Null if robots.txt allows it.
  private @Nullable Refused askRobots(Host host, URI url, Want want) throws IOException {
    if (!options.respectRobots() || want.isRules()) {
      return null;
    }
    Refused closed = learn(host, url);
    if (want == Want.SITEMAP) {
      return null;
    }
    if (closed != null) {
      return closed;
    }
    Robots robots = host.robots();
    return robots == null || robots.allows(url) ? null : new Refused(Refusal.ROBOTS, "");
  }

  /// Makes sure that the rules of a host are known; says why if they cannot be.
  private @Nullable Refused learn(Host host, URI url) throws IOException {
    lock(host);
    try {
      if (!host.isKnown(clock.instant())) {
        readRobots(host, URI.create(WebUrl.origin(url) + "/robots.txt"));
      }
      return host.closed();
    } finally {
      host.learning().unlock();
    }
  }

  private static void lock(Host host) throws CancelledException {
    try {
      host.learning().lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /// What the owner of a host has reserved. A file that cannot be had says nothing, as the protocol
  /// has it.
  private Reservations reservations(Host host, URI url) throws IOException {
    lock(host);
    try {
      if (!host.isReservationKnown(clock.instant().minus(Freshness.OF_RULES))) {
        URI file = URI.create(WebUrl.origin(url) + Reservations.PATH);
        switch (fetch(file, Want.RESERVATIONS, _ -> true)) {
          case Fetched(URI _, CachedPage page, int _) -> {
            byte[] content = cache.read(page).orElse(new byte[0]);
            host.reserve(
                Reservations.parse(content),
                options.offline() ? clock.instant() : page.fetchedAt());
          }
          case Refused _ -> host.reserve(Reservations.none(), clock.instant());
        }
      }
      return host.reservations();
    } finally {
      host.learning().unlock();
    }
  }

  private void readRobots(Host host, URI url) throws IOException {
    switch (fetch(url, Want.ROBOTS, _ -> true)) {
      case Fetched(URI _, CachedPage page, int _) -> {
        byte[] content = cache.read(page).orElse(new byte[0]);
        Robots robots = Robots.parse(url, content, robot);
        Duration asked = robots.delay();
        host.gate()
            .slowDown(asked.compareTo(options.longestDelay()) > 0 ? options.longestDelay() : asked);
        // In a cache that is all there is, rules do not age.
        host.learn(robots, options.offline() ? clock.instant() : page.fetchedAt());
      }
      case Refused refused -> {
        switch (refused.why()) {
          // There is none: 4xx, in the words of the standard "unavailable".
          case NOT_FOUND, DENIED, TYPE, NOT_CACHED, REDIRECTS ->
              host.learn(Robots.allowingAll(), clock.instant());
          case PRIVATE_ADDRESS, UNREACHABLE, HOST_GIVEN_UP -> host.close(refused, clock.instant());
          // There may be one that forbids all: "unreachable", which the standard takes for that. It
          // would let us in after a month of it, which no crawl of ours lasts. What a check for
          // humans hides is as unknown, whatever its status.
          case CHALLENGE,
              ROBOTS,
              ROBOTS_UNAVAILABLE,
              OPTED_OUT,
              SERVER_ERROR,
              TOO_LARGE,
              TOO_SLOW,
              PDF,
              UNREADABLE,
              DUPLICATE,
              ELSEWHERE,
              SCRIPT_RENDERED,
              EMPTY ->
              host.close(
                  new Refused(
                      Refusal.ROBOTS_UNAVAILABLE,
                      refused.why().meaning()
                          + (refused.detail().isEmpty() ? "" : ": " + refused.detail())),
                  clock.instant());
        }
      }
    }
  }

  /// Null if the answer is what was wanted.
  private static @Nullable Refused judge(CachedPage page, Want want) {
    if (page.refused() != null) {
      return new Refused(page.refused(), page.detail());
    }
    int status = page.status();
    if (status == 200 || status == 203) {
      if (page.sha256() != null && want.takes(page.head())) {
        return null;
      }
      String type = page.head().mediaType();
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

  /// What has been fetched of a page.
  ///
  /// @return empty if somebody has removed it from the cache meanwhile
  public Optional<byte[]> read(CachedPage page) throws IOException {
    return cache.read(page);
  }
}
