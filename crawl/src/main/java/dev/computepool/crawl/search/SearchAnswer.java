package dev.computepool.crawl.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.computepool.base.http.Head;
import dev.computepool.base.http.RetryAfter;
import dev.computepool.crawl.http.Call;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.SearchException.Kind;
import java.io.CharConversionException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An answer as JSON, and the way to it. Errors of the connection are told without the URL, since a
/// key may be in it.
///
/// @param json missing where the body was no JSON
record SearchAnswer(Head head, JsonNode json) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long MAX_BYTES = 8 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int MOST_TOLD = 200;

  /// Asks with a GET.
  static SearchAnswer get(Transport transport, String service, URI url, Map<String, String> headers)
      throws IOException {
    return send(transport, service, Call.get(url, headers, MAX_BYTES, TIMEOUT));
  }

  /// Asks with a POST of JSON.
  static SearchAnswer post(
      Transport transport, String service, URI url, Map<String, String> headers, String body)
      throws IOException {
    return post(transport, service, url, headers, body, TIMEOUT);
  }

  /// Asks with a POST of JSON that may take so long.
  static SearchAnswer post(
      Transport transport,
      String service,
      URI url,
      Map<String, String> headers,
      String body,
      Duration timeout)
      throws IOException {
    return send(transport, service, new Call(url, headers, body, MAX_BYTES, timeout));
  }

  private static SearchAnswer send(Transport transport, String service, Call call)
      throws IOException {
    try {
      return transport.send(
          call,
          (head, body) -> {
            byte[] bytes = body.readAllBytes();
            try {
              return new SearchAnswer(head, JSON.readTree(bytes));
            } catch (JsonProcessingException | CharConversionException e) {
              return new SearchAnswer(head, MissingNode.getInstance());
            }
          });
    } catch (IOException e) {
      // The cause is left out: what it says may have the whole URL in it.
      String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      boolean telling = !what.contains("?") && !what.contains("=");
      throw new SearchException(
          service,
          Kind.TROUBLE,
          "%s cannot be reached: %s"
              .formatted(call.url().getHost(), telling ? what : e.getClass().getSimpleName()));
    }
  }

  /// `base` with query parameters; those without a value are left out.
  static URI url(URI base, Map<String, @Nullable String> parameters) {
    StringBuilder text = new StringBuilder(base.toString());
    char separator = base.getRawQuery() == null ? '?' : '&';
    for (Map.Entry<String, @Nullable String> parameter : parameters.entrySet()) {
      String value = parameter.getValue();
      if (value != null) {
        text.append(separator)
            .append(parameter.getKey())
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        separator = '&';
      }
    }
    return URI.create(text.toString());
  }

  int status() {
    return head.status();
  }

  /// The body, which must be an object.
  JsonNode object(String service) throws SearchException {
    if (!json.isObject()) {
      throw new SearchException(service, Kind.TROUBLE, "its answer is no JSON object");
    }
    return json;
  }

  /// What the service says about an error, cut short, and without `key` should it repeat it.
  String message(String key, String... pointers) {
    for (String pointer : pointers) {
      String text = json.at(pointer).asText("");
      if (!text.isEmpty()) {
        String safe = key.isEmpty() ? text : text.replace(key, "…");
        return ": " + (safe.length() > MOST_TOLD ? safe.substring(0, MOST_TOLD) + "…" : safe);
      }
    }
    return "";
  }

  /// The error that a status stands for at every service.
  SearchException failure(String service, String message) {
    int status = status();
    String text = "status " + status + message;
    Duration pause = pause();
    return switch (status) {
      case 401, 403 -> new SearchException(service, Kind.KEY, "the key is not accepted, " + text);
      case 402 -> new SearchException(service, Kind.QUOTA, "the account has nothing left, " + text);
      case 429 -> new SearchException(service, Kind.TROUBLE, "asked too often, " + text, pause);
      case 408, 500, 502, 503, 504 ->
          new SearchException(service, Kind.TROUBLE, "the service has trouble, " + text, pause);
      default -> new SearchException(service, Kind.REQUEST, "the request was refused, " + text);
    };
  }

  private Duration pause() {
    Duration stated = RetryAfter.of(head, Instant.now());
    if (stated.isPositive()) {
      return stated;
    }
    if (json.path("retry_after").canConvertToInt()) {
      return Duration.ofSeconds(json.path("retry_after").asInt());
    }
    return json.path("retry_after_ms").canConvertToInt()
        ? Duration.ofMillis(json.path("retry_after_ms").asInt())
        : Duration.ZERO;
  }

  /// The results in a list of objects.
  static List<SearchPage.Hit> hits(JsonNode list, String link, String title, String snippet) {
    List<SearchPage.Hit> hits = new ArrayList<>();
    for (JsonNode item : list) {
      String url = item.path(link).asText("");
      if (!url.isEmpty()) {
        hits.add(
            new SearchPage.Hit(url, item.path(title).asText(""), item.path(snippet).asText("")));
      }
    }
    return hits;
  }

  /// A number, or null where there is none.
  static @Nullable Long number(JsonNode node) {
    return node.isNumber() ? node.asLong() : null;
  }

  /// A text, or null where there is none.
  static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }
}
