package dev.computepool.crawl.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.Progress;
import dev.computepool.crawl.search.Search.Findings;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What searches found, on disk: a run that goes on where one was killed needs the same pages in
/// the same order, and a search costs money.
public final class StoredSearches {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// As long as a page that failed is left alone: a run that goes on in this time needs the same
  /// pages, and a later one all of them.
  private static final Duration AGE_OF_PARTS = Duration.ofHours(1);

  private final Path folder;
  private final Duration maxAge;
  private final boolean retryFailed;
  private final InstantSource clock;

  private record Stored(
      String asked,
      String at,
      String service,
      List<StoredResult> results,
      int requests,
      int outside,
      @Nullable String stopped,
      boolean failed) {}

  private record StoredResult(String url, String title, String snippet) {}

  /// @param folder for the answers, made when there is one
  /// @param maxAge of an answer that is used again
  /// @param retryFailed whether a search that a failure cut short is made again at once
  public StoredSearches(Path folder, Duration maxAge, boolean retryFailed) {
    this(folder, maxAge, retryFailed, InstantSource.system());
  }

  StoredSearches(Path folder, Duration maxAge, boolean retryFailed, InstantSource clock) {
    this.clock = clock;
    this.folder = folder;
    this.maxAge = maxAge;
    this.retryFailed = retryFailed;
  }

  /// What was found for this query not long ago, without having cost anything now.
  ///
  /// @param anyAge whether an old answer will do
  public @Nullable Findings find(SearchService service, SearchQuery query, boolean anyAge)
      throws IOException {
    Stored stored;
    try {
      stored = JSON.readValue(Files.readAllBytes(file(service, query)), Stored.class);
    } catch (NoSuchFileException | JsonProcessingException e) {
      return null;
    }
    if (!stored.asked().equals(asked(service, query)) || (!anyAge && !isFresh(stored))) {
      return null;
    }
    List<SearchResult> results = new ArrayList<>();
    for (StoredResult result : stored.results()) {
      results.add(
          new SearchResult(
              results.size() + 1, URI.create(result.url()), result.title(), result.snippet()));
    }
    return new Findings(
        stored.service(),
        results,
        0,
        stored.outside(),
        null,
        null,
        stored.stopped(),
        stored.failed());
  }

  private boolean isFresh(Stored stored) {
    Duration age = Duration.between(Instant.parse(stored.at()), clock.instant());
    boolean asPart = !stored.failed() || (!retryFailed && age.compareTo(AGE_OF_PARTS) <= 0);
    return asPart && age.compareTo(maxAge) <= 0;
  }

  /// Asks the service, unless it was asked not long ago; keeps what it says if it allows that.
  public Findings run(SearchService service, SearchQuery query, Progress progress)
      throws IOException {
    Findings known = find(service, query, false);
    if (known != null) {
      return known;
    }
    Findings found = new Search(service).run(query, progress);
    if (service.mayStore()) {
      Files.createDirectories(folder);
      Stored stored =
          new Stored(
              asked(service, query),
              clock.instant().toString(),
              found.service(),
              found.results().stream()
                  .map(r -> new StoredResult(r.url().toString(), r.title(), r.snippet()))
                  .toList(),
              found.requests(),
              found.outside(),
              found.stopped(),
              found.failed());
      AtomicFile.writeString(file(service, query), JSON.writeValueAsString(stored));
    }
    return found;
  }

  private static String asked(SearchService service, SearchQuery query) {
    return service.identity() + " " + query;
  }

  private Path file(SearchService service, SearchQuery query) {
    byte[] asked = asked(service, query).getBytes(StandardCharsets.UTF_8);
    return folder.resolve(Sha256.hasher().update(asked, 0, asked.length).digest().hex() + ".json");
  }
}
