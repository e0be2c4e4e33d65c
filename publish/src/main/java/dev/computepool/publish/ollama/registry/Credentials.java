package dev.computepool.publish.ollama.registry;

import dev.computepool.publish.http.Secret;
import dev.computepool.publish.ollama.OllamaKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// As whom a registry is spoken to.
public sealed interface Credentials {
  /// As whoever linked this key to an account, which is how Ollama's own registry knows people.
  record Key(OllamaKey key) implements Credentials {}

  /// As somebody with a password, or a token in its place.
  ///
  /// @param header the value of an `Authorization` header
  record Basic(Secret header) implements Credentials {
    /// From `user:password`.
    ///
    /// @throws IllegalArgumentException if there is no colon; the text is not repeated
    public static Basic of(String userAndPassword) {
      if (userAndPassword.indexOf(':') <= 0) {
        throw new IllegalArgumentException("a registry's credentials are USER:PASSWORD");
      }
      byte[] bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
      return new Basic(Secret.of("Basic " + Base64.getEncoder().encodeToString(bytes)));
    }
  }

  /// As nobody.
  record Anonymous() implements Credentials {}
}
