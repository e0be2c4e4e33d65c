package dev.computepool.publish.ollama.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.ollama.OllamaKey;
import java.io.IOException;
import java.time.Instant;

/// Asks ollama.com whose key this is. The registry itself may refuse a namespace only after hours
/// of sending, with the manifest.
public final class OllamaAccount {
  /// Where accounts are.
  public static final String HOME = "https://ollama.com";

  private static final int MAX_ANSWER = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private OllamaAccount() {}

  /// What is known of a key.
  public sealed interface Owner {
    /// It is linked to this account, whose name is its namespace.
    record Account(String name) implements Owner {}

    /// It is linked to nobody.
    record Nobody() implements Owner {}

    /// There was no telling.
    ///
    /// @param why the status
    record Unknown(int why) implements Owner {}
  }

  /// Asks once.
  ///
  /// @param home {@link #HOME}
  /// @throws dev.computepool.publish.http.ConnectionException if it cannot be reached
  public static Owner ask(Http http, OllamaKey key, String home, Retries retries)
      throws IOException {
    String path = "/api/me?ts=" + Instant.now().getEpochSecond();
    Request request =
        Request.post(home + path, Body.NONE).as(Secret.of(key.authorization("POST," + path)));
    Answer answer = http.fetch(request, retries, MAX_ANSWER);
    if (answer.status() == 401) {
      return new Owner.Nobody();
    }
    String name = answer.isSuccess() ? name(answer) : "";
    return name.isEmpty() ? new Owner.Unknown(answer.status()) : new Owner.Account(name);
  }

  private static String name(Answer answer) {
    try {
      JsonNode json = JSON.readTree(answer.text());
      return json.path("name").asText();
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
