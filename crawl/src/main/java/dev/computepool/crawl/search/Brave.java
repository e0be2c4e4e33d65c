package dev.computepool.crawl.search;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.SearchException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Brave Search, which has an index of its own. Its terms allow results to be stored only with some
/// plans, so they are not.
///
/// @see <a href="https://api-dashboard.search.brave.com/app/documentation">its documentation</a>
public final class Brave implements SearchService {
  /// Where it is.
  public static final URI ENDPOINT = URI.create("https://api.search.brave.com/res/v1/web/search");

  private static final int PAGE = 20;
  private static final Limits LIMITS = new Limits(400, 50, 10);

  private final Transport transport;
  private final URI endpoint;
  private final String key;

  public Brave(Transport transport, URI endpoint, String key) {
    this.transport = transport;
    this.endpoint = endpoint;
    this.key = key;
  }

  @Override
  public String name() {
    return "brave";
  }

  @Override
  public SearchPage ask(Request request) throws IOException {
    Map<String, @Nullable String> parameters = new LinkedHashMap<>();
    parameters.put("q", request.text());
    parameters.put("count", String.valueOf(PAGE));
    parameters.put("offset", String.valueOf(request.number()));
    parameters.put("search_lang", request.query().language());
    parameters.put("country", request.query().country());
    SearchAnswer answer =
        SearchAnswer.get(
            transport,
            name(),
            SearchAnswer.url(endpoint, parameters),
            Map.of("X-Subscription-Token", key, "Accept", "application/json"));
    if (answer.status() != 200) {
      String message = answer.message(key, "/error/detail", "/message");
      if (answer.status() == 422 && message.contains("token")) {
        throw new SearchException(name(), Kind.KEY, "the key is not accepted" + message);
      }
      throw answer.failure(name(), message);
    }
    JsonNode json = answer.object(name());
    return new SearchPage(
        SearchAnswer.hits(json.at("/web/results"), "url", "title", "description"),
        json.at("/query/more_results_available").asBoolean(true),
        1L,
        monthly(answer.head().first("x-ratelimit-remaining")),
        null);
  }

  /// The second of two values: what is left of the month.
  private static @Nullable Long monthly(@Nullable String header) {
    if (header == null || !header.matches("\\d+\\s*,\\s*\\d{1,15}")) {
      return null;
    }
    return Long.valueOf(header.substring(header.indexOf(',') + 1).strip());
  }

  @Override
  public Limits limits() {
    return LIMITS;
  }

  @Override
  public boolean mayStore() {
    return false;
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
