package dev.computepool.publish.ollama.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.ollama.OllamaKey;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/// Asks ollama.com whose key this is. The registry itself may refuse a namespace only after hours
/// of sending, with the manifest.
public final class OllamaAccount {
  /// Where accounts are.
  public static final String HOME = "https://ollama.com";

  private static final int MAX_ANSWER = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Http http;
  private final String home;
  private final Clock clock;

  /// @param http stays open and the caller's
  /// @param home {@link #HOME}
  public OllamaAccount(Http http, String home, Clock clock) {
    this.http = http;
    this.home = home;
    this.clock = clock;
  }

  /// What is known of a key.
  sealed interface Owner {
    /// It is linked to this account, whose name is its namespace.
    record Account(String name) implements Owner {}

    /// It is linked to nobody.
    record Nobody() implements Owner {}

    /// There was no telling.
    ///
    /// @param why what happened instead
    record Unknown(String why) implements Owner {}
  }

  /// Asks once; the registry may be there although this is not.
  Owner ask(OllamaKey key) throws IOException {
    String path = "/api/me?ts=" + clock.instant().getEpochSecond();
    Request request =
        Request.post(home + path, Body.NONE).as(Secret.of(key.authorization("POST," + path)));
    Answer answer;
    try {
      answer = http.fetch(request, Retries.NONE, MAX_ANSWER);
    } catch (ConnectionException e) {
      return new Owner.Unknown(e.why());
    }
    if (answer.status() == 401) {
      return new Owner.Nobody();
    }
    String name = answer.isSuccess() ? name(answer) : "";
    return name.isEmpty()
        ? new Owner.Unknown("status %d".formatted(answer.status()))
        : new Owner.Account(name);
  }

  private static String name(Answer answer) {
    try {
      JsonNode name = JSON.readTree(answer.text()).path("name");
      return name.isTextual() ? name.asText() : "";
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  /// What is likely to go wrong when somebody with this key publishes to a namespace.
  ///
  /// @throws RegistryException if the key is linked to no account, for then nothing can be
  // published
  public List<String> warnings(OllamaKey key, String namespace) throws IOException {
    return switch (ask(key)) {
      case Owner.Account(String name) when name.equalsIgnoreCase(namespace) -> List.of();
      case Owner.Account(String name) ->
          List.of(
              "the key belongs to %s, and the model is to be one of %s".formatted(name, namespace));
      case Owner.Nobody _ ->
          throw new RegistryException(
              Kind.NOT_AUTHORISED,
              401,
              "the key %s is linked to no account; %s links it"
                  .formatted(key.publicLine(), key.connectUrl("computepool")));
      case Owner.Unknown(String why) ->
          List.of("%s does not say whose key this is: %s".formatted(home, why));
    };
  }
}
