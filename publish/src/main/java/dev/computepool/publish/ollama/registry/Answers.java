package dev.computepool.publish.ollama.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.base.http.RetryAfter;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// What a registry's answers of failure say.
///
/// @see <a href="https://distribution.github.io/distribution/spec/api/#errors">Errors</a>
final class Answers {
  private static final int MOST_WORDS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Answers() {}

  /// What to throw for an answer that is none of success.
  ///
  /// @param what could not be done; empty if the request says it
  static RegistryException failure(Answer answer, String what) {
    String words = words(answer.text());
    Kind kind =
        switch (answer.status()) {
          case 401, 403 -> Kind.NOT_AUTHORISED;
          case 404 -> Kind.NOT_FOUND;
          case 413 -> Kind.TOO_LARGE;
          default ->
              isTransient(answer.status())
                  ? Kind.UNAVAILABLE
                  : isDenial(words) ? Kind.NOT_AUTHORISED : Kind.REFUSED;
        };
    String message =
        "%s: status %d".formatted(answer.request(), answer.status())
            + (words.isEmpty() ? "" : " (" + words + ")")
            + (what.isEmpty() ? "" : ": " + what);
    return new RegistryException(kind, answer.status(), message);
  }

  /// Whether an answer may be another one when asked again.
  static boolean isTransient(int status) {
    return status >= 500 || status == 429 || status == 408;
  }

  /// How long to wait before asking again: as long as the answer says, within reason, or else
  /// `usual`.
  static Duration pause(Answer answer, Duration usual, Retries retries) {
    Duration asked = RetryAfter.of(answer.head(), Instant.now());
    if (asked.isZero()) {
      return usual;
    }
    return asked.compareTo(retries.mostAsked()) > 0 ? retries.mostAsked() : asked;
  }

  /// Ollama's registry may say so with any status.
  private static boolean isDenial(String words) {
    String lower = words.toLowerCase(Locale.ROOT);
    return lower.contains("access denied") || lower.contains("unauthorized");
  }

  /// The registry's own words, as far as they are for people; empty if there are none.
  static String words(String body) {
    String text = body.strip();
    StringBuilder words = new StringBuilder();
    try {
      JsonNode json = JSON.readTree(text);
      for (JsonNode error : json.path("errors")) {
        words.append(words.isEmpty() ? "" : "; ").append(error.path("code").asText());
        String message = error.path("message").asText();
        words.append(message.isEmpty() ? "" : ": " + message);
      }
      if (words.isEmpty()) {
        words.append(json.path("error").asText());
      }
    } catch (JsonProcessingException e) {
      // XML of an object store has signatures in it, HTML is for browsers.
      words.append(text.startsWith("<") ? storeCode(text) : text.lines().findFirst().orElse(""));
    }
    return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "…" : words.toString();
  }

  /// The code of an error of an object store, such as `ExpiredRequest`.
  private static String storeCode(String xml) {
    int begin = xml.indexOf("<Code>");
    int end = xml.indexOf("</Code>");
    return begin >= 0 && end > begin ? xml.substring(begin + "<Code>".length(), end) : "";
  }

  /// The codes of the registry's errors, such as `BLOB_UPLOAD_INVALID`.
  static boolean hasCode(Answer answer, String code) {
    try {
      for (JsonNode error : JSON.readTree(answer.text()).path("errors")) {
        if (error.path("code").asText().equals(code)) {
          return true;
        }
      }
    } catch (JsonProcessingException e) {
      return false;
    }
    return false;
  }
}
