package dev.computepool.cli.config;

import dev.computepool.base.NearestWord;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/// "Did you mean …": the known word that is nearest to one that is not known.
public final class Suggestions {
  private Suggestions() {}

  static String forKey(String key) {
    return nearest(key, Arrays.stream(ConfigKey.values()).map(ConfigKey::key).toList())
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("");
  }

  /// The nearest of `known`, if one is near enough to have been meant.
  public static Optional<String> nearest(String word, Collection<String> known) {
    return NearestWord.of(word, known);
  }
}
