package dev.computepool.crawl.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.SearchException.Kind;
import dev.computepool.identity.SignedRequest;
import dev.computepool.identity.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The search of an Infernet control plane: requests are signed with a node's key and counted for
/// the day. It has no further pages, so a query has 30 results at most.
public final class Infernet implements SearchService {
  /// The control plane of the public network.
  public static final URI CONTROL_PLANE = URI.create("https://infernetprotocol.com");

  private static final int MOST_RESULTS = 30;
  private static final int MOST_DOMAINS = 20;
  private static final Limits LIMITS = new Limits(200, 200, 1);
  private static final Duration TIMEOUT = Duration.ofSeconds(25);
  private static final String PATH = "/api/v1/search";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Transport transport;
  private final URI endpoint;
  private final SigningKey key;
  private final SecureRandom random = new SecureRandom();

  /// @param controlPlane with or without the path of the search
  public Infernet(Transport transport, URI controlPlane, SigningKey key) {
    this.transport = transport;
    String text = controlPlane.toString().replaceFirst("/+$", "");
    this.endpoint = URI.create(text.endsWith(PATH) ? text : text + PATH);
    this.key = key;
  }

  @Override
  public String name() {
    return "infernet";
  }

  /// The words as they are, once for every twenty domains: the service has a field for those.
  ///
  /// @throws IllegalArgumentException if there are too many words, or a language is asked for
  @Override
  public List<Part> parts(SearchQuery query) {
    if (query.language() != null) {
      throw new IllegalArgumentException(
          "infernet cannot be told a language, such as '%s'".formatted(query.language()));
    }
    String words = QueryTexts.checked(query.words(), LIMITS);
    List<Part> parts = new ArrayList<>();
    List<String> domains = query.domains();
    for (int from = 0; from == 0 || from < domains.size(); from += MOST_DOMAINS) {
      int to = Math.min(from + MOST_DOMAINS, domains.size());
      parts.add(new Part(words, domains.subList(from, to)));
    }
    return List.copyOf(parts);
  }

  @Override
  public SearchPage ask(Request request) throws IOException {
    int wanted = Math.clamp(request.wanted(), 1, MOST_RESULTS);
    String body = body(request, wanted);
    // Signed anew for every try: a signature is good for a minute, and a nonce for once.
    String signature =
        SignedRequest.sign(
                key,
                SignedRequest.Parts.of(
                    "POST", endpoint.getRawPath(), body.getBytes(StandardCharsets.UTF_8)),
                Instant.now(),
                random)
            .header();
    SearchAnswer answer =
        SearchAnswer.post(
            transport,
            name(),
            endpoint,
            Map.of(SignedRequest.HEADER, signature, "Accept", "application/json"),
            body,
            TIMEOUT);
    if (answer.status() != 200) {
      throw failure(answer, answer.message(signature, "/error"));
    }
    if (!answer.json().path("data").isArray()) {
      throw new SearchException(name(), Kind.TROUBLE, "its answer has no list of results");
    }
    List<SearchPage.Hit> hits =
        SearchAnswer.hits(answer.json().path("data"), "url", "title", "snippet");
    return new SearchPage(
        hits,
        hits.size() >= wanted,
        1L,
        SearchAnswer.number(answer.json().path("remaining")),
        null);
  }

  private static String body(Request request, int wanted) {
    ObjectNode body = JSON.createObjectNode();
    body.put("query", request.text());
    body.put("num", wanted);
    String country = request.query().country();
    if (country != null) {
      // It takes places by name; a code that is none stays as it is.
      body.put("location", Locale.of("", country).getDisplayCountry(Locale.ENGLISH));
    }
    if (!request.part().domains().isEmpty()) {
      request.part().domains().forEach(body.putArray("domains")::add);
    }
    return body.toString();
  }

  private SearchException failure(SearchAnswer answer, String message) {
    JsonNode json = answer.json();
    if (answer.status() == 429 && !json.has("retry_after_ms") && json.has("limit")) {
      String until = SearchAnswer.text(json.path("reset_at"));
      return new SearchException(
          name(),
          Kind.QUOTA,
          "the searches of the day are used up, %s of %s%s, status 429%s"
              .formatted(
                  json.path("used").asText("all"),
                  json.path("limit").asText(),
                  until == null ? "" : ", until " + until,
                  message));
    }
    if (answer.status() == 401) {
      return new SearchException(
          name(),
          Kind.KEY,
          "the signature is not accepted%s, status 401%s"
              .formatted(clock(answer.head().first("date"), Instant.now()), message));
    }
    return answer.failure(name(), message);
  }

  /// What is to be said of the clocks, should they be why.
  static String clock(@Nullable String date, Instant now) {
    if (date == null) {
      return "";
    }
    try {
      Instant there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration apart = Duration.between(now, there).abs();
      return apart.compareTo(SignedRequest.CLOCK_TOLERANCE) <= 0
          ? ""
          : " (the clocks are %d s apart, and may be %d)"
              .formatted(apart.toSeconds(), SignedRequest.CLOCK_TOLERANCE.toSeconds());
    } catch (DateTimeParseException e) {
      return ""; // a date that is none says nothing about the clock
    }
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
