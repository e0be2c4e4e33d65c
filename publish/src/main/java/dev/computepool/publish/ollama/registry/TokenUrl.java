package dev.computepool.publish.ollama.registry;

import dev.computepool.publish.ollama.GoQuery;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The URL at which a token is asked for. It is signed as it stands, so nobody may rewrite it.
final class TokenUrl {
  /// Base64 of the hexadecimal SHA-256 of no bytes, for a token request has no body.
  private static final String EMPTY_BODY =
      "ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ==";

  /// Hosts that may send each other's clients to fetch a token; see CVE-2025-51471 for why others
  /// may not.
  private static final List<Set<String>> FRIENDS =
      List.of(
          Set.of("registry.ollama.ai", "r.ollama.ai", "ollama.com"),
          Set.of("hf.co", "huggingface.co"));

  private static final String HTTPS = "https://";

  private TokenUrl() {}

  /// The URL with which Ollama asks, its parameters in the order of Go's `url.Values`.
  ///
  /// @param nonce 16 random bytes as base64url without padding
  /// @param seconds since 1970
  static String signed(Challenge challenge, String nonce, long seconds) {
    List<String> query = new ArrayList<>();
    query.add("nonce=" + GoQuery.escape(nonce));
    challenge.scopes().forEach(scope -> query.add("scope=" + GoQuery.escape(scope)));
    query.add("service=" + GoQuery.escape(challenge.service()));
    query.add("ts=" + seconds);
    return append(challenge.realm(), query);
  }

  /// The URL with which others ask.
  static String plain(Challenge challenge) {
    List<String> query = new ArrayList<>();
    challenge.scopes().forEach(scope -> query.add("scope=" + GoQuery.escape(scope)));
    if (!challenge.service().isEmpty()) {
      query.add("service=" + GoQuery.escape(challenge.service()));
    }
    return query.isEmpty() ? challenge.realm() : append(challenge.realm(), query);
  }

  private static String append(String url, List<String> query) {
    return url + (url.contains("?") ? "&" : "?") + String.join("&", query);
  }

  /// What is signed of a request for a token.
  static String signedText(String url) {
    return "GET," + url + "," + EMPTY_BODY;
  }

  /// Whether a registry may send us to this realm with what proves who we are.
  ///
  /// @param insecure whether `http` will do
  static boolean isTrusted(URI registry, String realm, boolean insecure) {
    URI url;
    try {
      url = new URI(realm);
    } catch (URISyntaxException e) {
      return false;
    }
    if (url.getHost() == null || url.getScheme() == null || url.getRawUserInfo() != null) {
      return false;
    }
    String from = String.valueOf(registry.getHost()).toLowerCase(Locale.ROOT);
    String to = url.getHost().toLowerCase(Locale.ROOT);
    boolean known =
        from.equals(to) || FRIENDS.stream().anyMatch(f -> f.contains(from) && f.contains(to));
    return switch (url.getScheme().toLowerCase(Locale.ROOT)) {
      case "https" -> known;
      case "http" -> known && (insecure || isLoopback(to));
      default -> false;
    };
  }

  /// Whether a registry may send us to this realm with a password. One that we know by its
  /// certificate may name any that has one too: it could as well ask for the password itself.
  static boolean isTrustedWithPassword(URI registry, String realm) {
    return registry.getScheme().equals("https") && realm.regionMatches(true, 0, HTTPS, 0, 8);
  }

  /// Whether a host is this machine, as far as its name tells.
  static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
