package dev.computepool.publish.ollama.daemon;

import java.util.Locale;

/// Where Ollama's server is, as `OLLAMA_HOST` says it.
///
/// @param base such as `http://127.0.0.1:11434`, without a slash at its end
public record DaemonAddress(String base) {
  private static final int PORT = 11_434;
  private static final String LOOPBACK = "127.0.0.1";

  /// Reads `[scheme://][host][:port]`, with Ollama's rules for what is left out.
  ///
  /// @param text empty for the default
  /// @throws IllegalArgumentException if it is no address
  public static DaemonAddress parse(String text) {
    String rest = text.strip();
    int port = PORT;
    String scheme = "http";
    int colons = rest.indexOf("://");
    if (colons >= 0) {
      scheme = rest.substring(0, colons).toLowerCase(Locale.ROOT);
      port = scheme.equals("https") ? 443 : 80;
      rest = rest.substring(colons + 3);
    }
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "OLLAMA_HOST '%s' has a scheme that is neither http nor https".formatted(text));
    }
    int slash = rest.indexOf('/');
    String path = slash < 0 ? "" : rest.substring(slash).replaceAll("/+$", "");
    rest = slash < 0 ? rest : rest.substring(0, slash);
    int colon = rest.lastIndexOf(':');
    // An address of IPv6 without brackets has colons and no port.
    boolean hasPort =
        rest.startsWith("[")
            ? colon > rest.lastIndexOf(']')
            : colon >= 0 && rest.indexOf(':') == colon;
    if (hasPort) {
      port = port(rest.substring(colon + 1), text);
      rest = rest.substring(0, colon);
    }
    String host = rest.contains(":") && !rest.startsWith("[") ? "[" + rest + "]" : rest;
    if (host.isEmpty() || host.equals("0.0.0.0") || host.equals("[::]")) {
      host = LOOPBACK; // where a server listens to all is no place to go to
    }
    if (!host.matches("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]")) {
      throw new IllegalArgumentException("OLLAMA_HOST '%s' has no sound host".formatted(text));
    }
    return new DaemonAddress(scheme + "://" + host + ":" + port + path);
  }

  private static int port(String digits, String text) {
    if (digits.matches("[0-9]{1,5}") && Integer.parseInt(digits) <= 65_535) {
      return Integer.parseInt(digits);
    }
    throw new IllegalArgumentException(
        "OLLAMA_HOST '%s' has '%s' for a port".formatted(text, digits));
  }
}
