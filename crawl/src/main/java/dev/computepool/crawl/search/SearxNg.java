package dev.computepool.crawl.search;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.SearchException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A SearXNG instance of one's own.
///
/// @see <a href="https://docs.searxng.org/dev/search_api.html">its documentation</a>
public final class SearxNg implements SearchService {
  private static final Limits LIMITS = new Limits(400, 32, 20);

  private final Transport transport;
  private final URI endpoint;

  /// @param base of the instance, with or without `/search`
  public SearxNg(Transport transport, URI base) {
    this.transport = transport;
    String text = base.toString().replaceFirst("/$", "");
    this.endpoint = URI.create(text.endsWith("/search") ? text : text + "/search");
  }

  @Override
  public String name() {
    return "searxng";
  }

  @Override
  public SearchPage ask(Request request) throws IOException {
    Map<String, @Nullable String> parameters = new LinkedHashMap<>();
    parameters.put("q", request.text());
    parameters.put("format", "json");
    parameters.put("pageno", String.valueOf(request.number() + 1));
    parameters.put("language", request.query().language());
    SearchAnswer answer =
        SearchAnswer.get(
            transport,
            name(),
            SearchAnswer.url(endpoint, parameters),
            Map.of("Accept", "application/json"));
    if (answer.status() == 403) {
      throw new SearchException(
          name(),
          Kind.SETUP,
          "the instance answers no JSON, status 403: 'json' must stand under search.formats "
              + "in its settings.yml");
    }
    if (answer.status() != 200) {
      throw answer.failure(name(), answer.message("", "/error", "/message"));
    }
    JsonNode json = answer.object(name());
    List<SearchPage.Hit> hits = SearchAnswer.hits(json.path("results"), "url", "title", "content");
    List<String> silent = new ArrayList<>();
    for (JsonNode engine : json.path("unresponsive_engines")) {
      silent.add("%s (%s)".formatted(engine.path(0).asText(), engine.path(1).asText()));
    }
    if (hits.isEmpty() && !silent.isEmpty()) {
      throw new SearchException(
          name(), Kind.TROUBLE, "its engines do not answer: " + String.join(", ", silent));
    }
    return new SearchPage(hits, !hits.isEmpty(), null, null, null);
  }

  @Override
  public Limits limits() {
    return LIMITS;
  }

  @Override
  public boolean mayStore() {
    return true;
  }

  @Override
  public String identity() {
    return name() + " " + endpoint;
  }

  @Override
  public String toString() {
    return identity();
  }
}
