package dev.computepool.crawl.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.SearchException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Serper: Google's results.
///
/// @see <a href="https://serper.dev">its site</a>
public final class Serper implements SearchService {
  /// Where it is.
  public static final URI ENDPOINT = URI.create("https://google.serper.dev/search");

  private static final Limits LIMITS = new Limits(2048, 32, 20);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Transport transport;
  private final URI endpoint;
  private final String key;

  public Serper(Transport transport, URI endpoint, String key) {
    this.transport = transport;
    this.endpoint = endpoint;
    this.key = key;
  }

  @Override
  public String name() {
    return "serper";
  }

  @Override
  public SearchPage ask(Request request) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.put("q", request.text());
    body.put("page", request.number() + 1);
    if (request.query().language() != null) {
      body.put("hl", request.query().language());
    }
    if (request.query().country() != null) {
      body.put("gl", request.query().country());
    }
    SearchAnswer answer =
        SearchAnswer.post(transport, name(), endpoint, Map.of("X-API-KEY", key), body.toString());
    if (answer.status() != 200) {
      String message = answer.message(key, "/message");
      if (message.toLowerCase(Locale.ROOT).contains("credits")) {
        throw new SearchException(name(), Kind.QUOTA, "the account has nothing left" + message);
      }
      throw answer.failure(name(), message);
    }
    JsonNode json = answer.object(name());
    List<SearchPage.Hit> hits = SearchAnswer.hits(json.path("organic"), "link", "title", "snippet");
    return new SearchPage(
        hits, !hits.isEmpty(), SearchAnswer.number(json.path("credits")), null, null);
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
