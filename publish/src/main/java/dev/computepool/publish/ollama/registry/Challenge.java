package dev.computepool.publish.ollama.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server answers that wants to know who asks: one value of `WWW-Authenticate`.
///
/// @param scheme in lower case, such as `bearer`
/// @param parameters by name in lower case
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110</a>
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G[\\s,]*([A-Za-z0-9_-]+)\\s*=\\s*(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^\\s,\"]*))");

  /// Reads a header's value that has one challenge.
  static Challenge parse(String value) {
    String text = value.strip();
    int space = text.indexOf(' ');
    String scheme = space < 0 ? text : text.substring(0, space);
    Map<String, String> parameters = new TreeMap<>();
    if (space >= 0) {
      Matcher matcher = PARAMETER.matcher(text.substring(space + 1));
      while (matcher.find()) {
        String quoted = matcher.group(2);
        String plain = quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1");
        parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), plain);
      }
    }
    return new Challenge(scheme.toLowerCase(Locale.ROOT), Map.copyOf(parameters));
  }

  /// The first of the values that has a scheme.
  static Optional<Challenge> find(List<String> values, String scheme) {
    return values.stream().map(Challenge::parse).filter(c -> c.scheme().equals(scheme)).findFirst();
  }

  /// Where tokens are given out; empty if it is not said.
  String realm() {
    return parameters.getOrDefault("realm", "");
  }

  /// For whom tokens are; may be empty.
  String service() {
    return parameters.getOrDefault("service", "");
  }

  /// What a token is needed for; none if it is not said.
  List<String> scopes() {
    List<String> scopes = new ArrayList<>();
    for (String scope : List.of(parameters.getOrDefault("scope", "").split(" ", -1))) {
      if (!scope.isEmpty() && !scope.equals("-")) {
        scopes.add(scope);
      }
    }
    return scopes;
  }
}
