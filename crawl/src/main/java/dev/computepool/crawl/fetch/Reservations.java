package dev.computepool.crawl.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Which pages of one host its owner does not want mined, as the host's `tdmrep.json` says.
///
/// A page that says otherwise of itself goes before the file; here it is not even asked for, since
/// that would have to be read first.
///
/// @see <a href="https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/">TDMRep</a>
final class Reservations {
  /// Where the file is.
  static final String PATH = "/.well-known/tdmrep.json";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// Characters that mean the same with and without a percent sign.
  private static final String UNRESERVED = "-._~";

  private final List<Rule> rules;

  /// One rule; the first whose pattern matches is the one that counts.
  ///
  /// @param pattern of paths, in which `*` is anything and `$` the end
  private record Rule(String pattern, boolean reserved) {}

  private Reservations(List<Rule> rules) {
    this.rules = rules;
  }

  /// Nothing is reserved.
  static Reservations none() {
    return new Reservations(List.of());
  }

  /// Reads the file; what is not understood is passed over.
  static Reservations parse(byte[] content) throws IOException {
    JsonNode tree;
    try {
      tree = JSON.readTree(content);
    } catch (JsonProcessingException | CharConversionException e) {
      return none(); // no JSON, often the site's page for what is missing
    }
    // A single rule without its brackets says no less clearly what its owner wants.
    Iterable<JsonNode> nodes = tree.isObject() ? List.of(tree) : tree;
    List<Rule> rules = new ArrayList<>();
    for (JsonNode node : nodes) {
      String location = node.path("location").asText("").strip();
      String reservation = node.path("tdm-reservation").asText("").strip();
      if (!location.isEmpty() && (reservation.equals("0") || reservation.equals("1"))) {
        boolean rooted = location.startsWith("/") || location.startsWith("*");
        rules.add(new Rule(rooted ? location : "/" + location, reservation.equals("1")));
      }
    }
    return new Reservations(rules);
  }

  /// Whether this page is not to be mined.
  boolean cover(URI url) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String text = plain(path + query);
    for (Rule rule : rules) {
      if (matches(rule.pattern(), text)) {
        return rule.reserved();
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String path) {
    boolean toEnd = pattern.endsWith("$");
    String body = toEnd ? pattern.substring(0, pattern.length() - 1) : pattern;
    String[] parts = body.split("\\*", -1);
    int at = 0;
    for (int i = 0; i < parts.length; i++) {
      String part = plain(parts[i]);
      boolean last = i == parts.length - 1;
      if (i == 0 && !path.startsWith(part)) {
        return false;
      }
      int found = i > 0 && last && toEnd ? path.length() - part.length() : path.indexOf(part, at);
      if (found < at || !path.startsWith(part, found)) {
        return false;
      }
      at = found + part.length();
    }
    return !toEnd || at == path.length();
  }

  /// A path in the one form in which two can be compared: percent signs before all that may have
  /// them, `$` and `*` too, which are no letters in a pattern.
  private static String plain(String path) {
    StringBuilder plain = new StringBuilder(path.length());
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int c = bytes[i] & 0xff;
      int high = i + 2 < bytes.length && c == '%' ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      boolean escaped = low >= 0;
      int meant = escaped ? high * 16 + low : c;
      boolean letter = meant < 0x80 && Character.isLetterOrDigit(meant);
      if (letter || UNRESERVED.indexOf(meant) >= 0) {
        plain.append((char) meant);
      } else if (escaped || meant >= 0x80 || meant == '$' || meant == '*') {
        plain.append("%%%02X".formatted(meant).toUpperCase(Locale.ROOT));
      } else {
        plain.append((char) meant);
      }
      i += escaped ? 2 : 0;
    }
    return plain.toString();
  }
}
