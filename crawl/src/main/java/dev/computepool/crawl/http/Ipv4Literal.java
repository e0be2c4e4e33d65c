package dev.computepool.crawl.http;

import java.util.Locale;
import java.util.regex.Pattern;

/// The many ways to write an address of IPv4 into a URL: `127.1`, `0x7f.0.0.1`, `017700000001` and
/// `2130706433` are all `127.0.0.1` to a browser, and to most proxies.
///
/// @see <a href="https://url.spec.whatwg.org/#concept-ipv4-parser">URL standard</a>
final class Ipv4Literal {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

  private Ipv4Literal() {}

  /// Whether a host is such an address, or a wrong one: no name ends in a number.
  static boolean isMeant(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return NUMBER.matcher(name.substring(name.lastIndexOf('.') + 1)).matches();
  }

  /// Four decimal numbers.
  ///
  /// @throws IllegalArgumentException if it is no address
  static String normalise(String host) {
    String[] parts = host.replaceFirst("\\.$", "").split("\\.", -1);
    if (parts.length > 4) {
      throw wrong(host);
    }
    long address = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      int bytes = last ? 4 - i : 1;
      long value = number(host, parts[i]);
      if (value >= 1L << (8 * bytes)) {
        throw wrong(host);
      }
      address = address << (8 * bytes) | value;
    }
    return String.format(
        Locale.ROOT,
        "%d.%d.%d.%d",
        address >> 24,
        address >> 16 & 255,
        address >> 8 & 255,
        address & 255);
  }

  private static long number(String host, String part) {
    if (!NUMBER.matcher(part).matches()) {
      throw wrong(host);
    }
    try {
      if (part.startsWith("0x") || part.startsWith("0X")) {
        return part.length() == 2 ? 0 : Long.parseLong(part.substring(2), 16);
      }
      return Long.parseLong(part, part.startsWith("0") ? 8 : 10);
    } catch (NumberFormatException e) {
      throw wrong(host);
    }
  }

  private static IllegalArgumentException wrong(String host) {
    return new IllegalArgumentException("'%s' is no address of IPv4".formatted(host));
  }
}
