package dev.computepool.crawl.search;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.SearchException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// ValueSerp: Google's results. How many a page holds is not ours to choose.
///
/// @see <a href="https://docs.trajectdata.com/valueserp">its documentation</a>
public final class ValueSerp implements SearchService {
  /// Where it is.
  public static final URI ENDPOINT = URI.create("https://api.valueserp.com/search");

  private static final Limits LIMITS = new Limits(2048, 32, 20);

  private final Transport transport;
  private final URI endpoint;
  private final String key;

  public ValueSerp(Transport transport, URI endpoint, String key) {
    this.transport = transport;
    this.endpoint = endpoint;
    this.key = key;
  }

  @Override
  public String name() {
    return "valueserp";
  }

  @Override
  public SearchPage ask(Request request) throws IOException {
    Map<String, @Nullable String> parameters = new LinkedHashMap<>();
    parameters.put("api_key", key);
    parameters.put("q", request.text());
    parameters.put("page", String.valueOf(request.number() + 1));
    parameters.put("output", "json");
    parameters.put("hl", request.query().language());
    parameters.put("gl", request.query().country());
    SearchAnswer answer =
        SearchAnswer.get(transport, name(), SearchAnswer.url(endpoint, parameters), Map.of());
    String message = answer.message(key, "/request_info/message", "/message");
    if (answer.status() != 200) {
      throw answer.failure(name(), message);
    }
    JsonNode json = answer.object(name());
    JsonNode info = json.path("request_info");
    if (!info.path("success").asBoolean(true)) {
      throw new SearchException(name(), Kind.REQUEST, "the request failed" + message);
    }
    JsonNode pagination = json.path("pagination");
    return new SearchPage(
        SearchAnswer.hits(json.path("organic_results"), "link", "title", "snippet"),
        // An answer without the object does not say; one with it names the next page if there is.
        pagination.isMissingNode() || pagination.hasNonNull("next"),
        SearchAnswer.number(info.path("credits_used_this_request")),
        SearchAnswer.number(info.path("credits_remaining")),
        SearchAnswer.text(json.at("/search_metadata/id")));
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
