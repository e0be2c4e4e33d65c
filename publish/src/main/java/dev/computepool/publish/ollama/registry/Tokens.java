package dev.computepool.publish.ollama.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.base.http.Head;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Secret;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Proves to a registry who we are, as often as it asks: a token is good for minutes, an upload
/// takes hours.
final class Tokens {
  private static final int MAX_ANSWER = 1 << 20;
  private static final int NONCE = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Http http;
  private final URI registry;
  private final RegistryOptions options;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private @Nullable Secret current;

  Tokens(Http http, URI registry, RegistryOptions options, Clock clock) {
    this.http = http;
    this.registry = registry;
    this.options = options;
    this.clock = clock;
  }

  /// What to say of us in the next request; null as long as nobody asked.
  synchronized @Nullable Secret current() {
    return current;
  }

  /// Gets a new proof after a request was answered with 401.
  ///
  /// @param used what that request had; if another thread has got a newer one since, that is taken
  /// @throws RegistryException if the registry wants something that we cannot give
  synchronized Secret renew(String request, Head head, @Nullable Secret used) throws IOException {
    if (current != null && !Objects.equals(current, used)) {
      return current;
    }
    Optional<Challenge> bearer = Challenge.find(head.all("www-authenticate"), "bearer");
    Optional<Challenge> basic = Challenge.find(head.all("www-authenticate"), "basic");
    Secret renewed;
    if (bearer.isPresent()) {
      renewed = token(bearer.get()).bearer();
    } else if (basic.isPresent() && options.credentials() instanceof Credentials.Basic known) {
      renewed = known.header();
    } else {
      throw new RegistryException(
          Kind.NOT_AUTHORISED,
          401,
          request
              + (basic.isPresent()
                  ? ": the registry wants a user and a password"
                  : ": the registry does not know us and does not say how to change that"));
    }
    if (Objects.equals(renewed, used)) {
      throw new RegistryException(
          Kind.NOT_AUTHORISED, 401, request + ": the registry does not accept the credentials");
    }
    current = renewed;
    return renewed;
  }

  private Secret token(Challenge challenge) throws IOException {
    if (!isTrusted(challenge.realm())) {
      throw new RegistryException(
          Kind.NO_REGISTRY,
          401,
          "%s sends us to '%s' for a token, which is no place that it may send us to"
              .formatted(registry.getRawAuthority(), withoutQuery(challenge.realm())));
    }
    Request request =
        switch (options.credentials()) {
          case Credentials.Key(var key) -> {
            byte[] nonce = new byte[NONCE];
            random.nextBytes(nonce);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
            String url = TokenUrl.signed(challenge, text, clock.instant().getEpochSecond());
            yield Request.get(url).as(Secret.of(key.authorization(TokenUrl.signedText(url))));
          }
          case Credentials.Basic basic -> Request.get(TokenUrl.plain(challenge)).as(basic.header());
          case Credentials.Anonymous _ -> Request.get(TokenUrl.plain(challenge));
        };
    Answer answer = http.fetch(request, options.retries(), MAX_ANSWER);
    if (!answer.isSuccess()) {
      throw Answers.failure(answer.without(request.authorization()), "no token");
    }
    return secret(answer);
  }

  private boolean isTrusted(String realm) {
    boolean signs = options.credentials() instanceof Credentials.Key;
    return TokenUrl.isTrusted(registry, realm, options.insecure())
        || (!signs && TokenUrl.isTrustedWithPassword(registry, realm));
  }

  private static Secret secret(Answer answer) throws RegistryException {
    JsonNode json;
    try {
      json = JSON.readTree(answer.text());
    } catch (JsonProcessingException e) {
      json = JSON.missingNode();
    }
    for (String name : new String[] {"token", "access_token"}) {
      String token = json.path(name).asText();
      // What no header can have is not repeated: it may be a token all the same.
      if (!token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127)) {
        return Secret.of(token);
      }
    }
    throw new RegistryException(
        Kind.NO_REGISTRY, answer.status(), answer.request() + ": the answer has no token in it");
  }

  private static String withoutQuery(String url) {
    return url.replaceFirst("[?#].*", "");
  }
}
