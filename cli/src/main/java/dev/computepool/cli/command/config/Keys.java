package dev.computepool.cli.command.config;

import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.config.Suggestions;
import java.util.Arrays;
import java.util.Iterator;

/// Reads the name of a setting as the user typed it.
final class Keys {
  private Keys() {}

  /// The names of all settings, for completion.
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ConfigKey.values()).map(ConfigKey::key).iterator();
    }
  }

  /// The setting called `key`.
  ///
  /// @throws UsageException if there is none, with the nearest name
  static ConfigKey parse(String key) throws UsageException {
    return ConfigKey.of(key)
        .orElseThrow(
            () ->
                new UsageException(
                    "unknown setting: " + key,
                    Suggestions.nearest(
                            key, Arrays.stream(ConfigKey.values()).map(ConfigKey::key).toList())
                        .map(near -> "did you mean '%s'?".formatted(near))
                        .orElse("'help config' lists them")));
  }
}
