package dev.computepool.base.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which proxy a request goes through, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say it.
///
/// @param http for `http:` URLs
/// @param https for `https:` URLs
/// @param direct hosts that are reached without: names, which also stand for what ends in them
///     after a dot, addresses, or `*`
public record ProxyRules(@Nullable Proxy http, @Nullable Proxy https, List<String> direct) {
  /// No proxy at all.
  public static final ProxyRules NONE = new ProxyRules(null, null, List.of());

  /// An HTTP proxy.
  ///
  /// @param user null where it asks for no name
  public record Proxy(String host, int port, @Nullable String user, @Nullable String password) {
    /// Without the password.
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /// Reads the values of the variables; null or empty is unset.
  ///
  /// @throws IllegalArgumentException if one is no proxy; its value, which may have a password, is
  ///     not repeated
  public static ProxyRules parse(
      @Nullable String http, @Nullable String https, @Nullable String direct) {
    List<String> names =
        direct == null
            ? List.of()
            : Arrays.stream(direct.split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .map(name -> name.startsWith(".") ? name.substring(1) : name)
                .toList();
    return new ProxyRules(proxy("HTTP_PROXY", http), proxy("HTTPS_PROXY", https), names);
  }

  private static @Nullable Proxy proxy(String variable, @Nullable String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    URI uri;
    try {
      uri = new URI(value.contains("://") ? value.strip() : "http://" + value.strip());
    } catch (URISyntaxException e) {
      // The cause would repeat the value.
      throw new IllegalArgumentException(variable + " is not the URL of a proxy");
    }
    if (uri.getHost() == null || !"http".equals(uri.getScheme())) {
      throw new IllegalArgumentException(
          variable + " is not the URL of an HTTP proxy, such as http://proxy.example.org:3128");
    }
    String[] user = uri.getUserInfo() == null ? new String[0] : uri.getUserInfo().split(":", 2);
    return new Proxy(
        uri.getHost(),
        uri.getPort() < 0 ? 80 : uri.getPort(),
        user.length > 0 ? user[0] : null,
        user.length > 1 ? user[1] : null);
  }

  /// The proxy for a URL of this scheme and host.
  public @Nullable Proxy of(String scheme, String host) {
    String name = host.toLowerCase(Locale.ROOT);
    for (String entry : direct) {
      if (entry.equals("*") || name.equals(entry) || name.endsWith("." + entry)) {
        return null;
      }
    }
    return scheme.equalsIgnoreCase("https") ? https : http;
  }
}
