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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What searches found, on disk: a run that goes on where one was killed needs the same pages in
/// the same order, and a search costs money.
public final class StoredSearches {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Duration maxAge;

  private record Stored(
      String asked,
      String at,
      String service,
      List<StoredResult> results,
      int requests,
      int outside,
      @Nullable String stopped) {}

  private record StoredResult(String url, String title, String snippet) {}

  /// @param folder for the answers, made when there is one
  /// @param maxAge of an answer that is used again
  public StoredSearches(Path folder, Duration maxAge) {
    this.folder = folder;
    this.maxAge = maxAge;
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
    Duration age = Duration.between(Instant.parse(stored.at()), Instant.now());
    if (!stored.asked().equals(asked(service, query)) || (!anyAge && age.compareTo(maxAge) > 0)) {
      return null;
    }
    List<SearchResult> results = new ArrayList<>();
    for (StoredResult result : stored.results()) {
      results.add(
          new SearchResult(
              results.size() + 1, URI.create(result.url()), result.title(), result.snippet()));
    }
    return new Findings(
        stored.service(), results, 0, stored.outside(), null, null, stored.stopped());
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
              Instant.now().toString(),
              found.service(),
              found.results().stream()
                  .map(r -> new StoredResult(r.url().toString(), r.title(), r.snippet()))
                  .toList(),
              found.requests(),
              found.outside(),
              found.stopped());
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
