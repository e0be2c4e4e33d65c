package dev.computepool.crawl.http;

import java.net.InetAddress;
import java.util.Locale;

/// An address that a host has for us whatever the name service says, as with curl's `--resolve`.
public record FixedAddress(String host, int port, InetAddress address) {
  /// Reads `HOST:PORT:ADDRESS`.
  ///
  /// @throws IllegalArgumentException if it is not of that form
  public static FixedAddress parse(String text) {
    String[] parts = text.split(":", 3);
    if (parts.length == 3 && !parts[0].isEmpty() && parts[1].matches("[0-9]{1,5}")) {
      String literal = parts[2].replaceAll("^\\[|\\]$", "");
      if (literal.matches("[0-9.]+") || literal.contains(":")) {
        return new FixedAddress(
            parts[0].toLowerCase(Locale.ROOT),
            Integer.parseInt(parts[1]),
            InetAddress.ofLiteral(literal));
      }
    }
    throw new IllegalArgumentException("'%s' is not HOST:PORT:ADDRESS".formatted(text));
  }
}
