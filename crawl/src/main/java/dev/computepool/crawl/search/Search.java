package dev.computepool.crawl.search;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.crawl.http.WebUrl;
import dev.computepool.crawl.search.SearchException.Kind;
import dev.computepool.crawl.search.SearchService.Part;
import dev.computepool.crawl.search.SearchService.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Asks a service until there are enough results: page after page, and query after query where the
/// domains do not fit into one.
public final class Search {
  private static final int TRIES = 4;
  private static final Duration BACK_OFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final SearchService service;
  private final Sleeper sleeper;

  /// Waits.
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  /// What was found.
  ///
  /// @param results each URL once, on the domains that were asked for
  /// @param requests that were made
  /// @param outside results that the service gave although they are on other domains
  /// @param unitsUsed what it cost, null where the service does not say
  /// @param unitsLeft what is left, null where the service does not say
  /// @param stopped why there are fewer results than were wanted, null if there are not
  /// @param failed whether that is a failure of the service, which has more results then
  public record Findings(
      String service,
      List<SearchResult> results,
      int requests,
      int outside,
      @Nullable Long unitsUsed,
      @Nullable Long unitsLeft,
      @Nullable String stopped,
      boolean failed) {}

  public Search(SearchService service) {
    this(service, Thread::sleep);
  }

  Search(SearchService service, Sleeper sleeper) {
    this.service = service;
    this.sleeper = sleeper;
  }

  /// Searches. A service that fails after some results were found stops the search with those.
  ///
  /// @throws SearchException if it fails before
  public Findings run(SearchQuery query, Progress progress) throws IOException {
    Collector found = new Collector(query);
    List<Cursor> cursors = new ArrayList<>();
    for (Part part : service.parts(query)) {
      cursors.add(new Cursor(part));
    }
    boolean cutShort = false;
    try (Progress.Step step = progress.begin("Searching", query.wanted(), Progress.Unit.ITEMS)) {
      // In turn, so that the first domains do not take all the places.
      while (!found.isEnough() && cursors.stream().anyMatch(c -> !c.exhausted)) {
        for (Cursor cursor : cursors) {
          if (cursor.exhausted || found.isEnough()) {
            continue;
          }
          int before = found.size();
          SearchPage page;
          try {
            page = ask(new Request(query, cursor.part, cursor.page, found.missing()), progress);
          } catch (SearchException e) {
            if (found.size() == 0) {
              throw e;
            }
            return found.findings(service.name(), e.getMessage(), true);
          }
          found.add(page);
          step.advance(found.size() - before);
          cursor.page++;
          boolean dry = !page.more() || page.hits().isEmpty() || !found.addedNew();
          boolean last = cursor.page >= service.limits().pages();
          cutShort |= last && !dry;
          cursor.exhausted = dry || last;
        }
      }
    }
    return found.findings(
        service.name(),
        found.isEnough()
            ? null
            : cutShort
                ? "the service gives no more results of one query"
                : "there are no more results",
        false);
  }

  private static final class Cursor {
    final Part part;
    int page;
    boolean exhausted;

    Cursor(Part part) {
      this.part = part;
    }
  }

  private SearchPage ask(Request request, Progress progress) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return service.ask(request);
      } catch (SearchException e) {
        Duration backOff = BACK_OFF.multipliedBy(1L << (tries - 1));
        Duration pause = e.pause().compareTo(backOff) > 0 ? e.pause() : backOff;
        if (e.kind() != Kind.TROUBLE || tries == TRIES || pause.compareTo(LONGEST_PAUSE) > 0) {
          throw e;
        }
        pause(pause, progress);
      }
    }
  }

  private void pause(Duration time, Progress progress) throws CancelledException {
    try {
      Duration left = time;
      while (left.isPositive()) {
        progress.cancellation().check();
        Duration part = left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY;
        sleeper.sleep(part);
        left = left.minus(part);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /// Results as they come together.
  private static final class Collector {
    private final SearchQuery query;
    private final Map<URI, SearchResult> results = new LinkedHashMap<>();
    private final Set<URI> seen = new HashSet<>();
    private int requests;
    private int outside;
    private @Nullable Long unitsUsed;
    private @Nullable Long unitsLeft;
    private boolean addedNew;

    Collector(SearchQuery query) {
      this.query = query;
    }

    void add(SearchPage page) {
      requests++;
      addedNew = false;
      if (page.unitsUsed() != null) {
        unitsUsed = (unitsUsed == null ? 0 : unitsUsed) + page.unitsUsed();
      }
      unitsLeft = page.unitsLeft() == null ? unitsLeft : page.unitsLeft();
      for (SearchPage.Hit hit : page.hits()) {
        URI url;
        try {
          url = WebUrl.withoutTracking(WebUrl.parse(hit.link()));
        } catch (IllegalArgumentException e) {
          continue; // some links are none
        }
        if (!seen.add(url)) {
          continue;
        }
        addedNew = true;
        if (!query.covers(url)) {
          outside++;
        } else if (!isEnough()) {
          results.put(url, new SearchResult(results.size() + 1, url, hit.title(), hit.snippet()));
        }
      }
    }

    int size() {
      return results.size();
    }

    int missing() {
      return query.wanted() - results.size();
    }

    boolean isEnough() {
      return results.size() >= query.wanted();
    }

    /// Whether the last page had anything that the pages before did not have.
    boolean addedNew() {
      return addedNew;
    }

    Findings findings(String service, @Nullable String stopped, boolean failed) {
      return new Findings(
          service,
          List.copyOf(results.values()),
          requests,
          outside,
          unitsUsed,
          unitsLeft,
          stopped,
          failed);
    }
  }
}
