package dev.computepool.train.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values of keys, as a file sets them.
final class Values {
  private final Map<Key<?>, Object> set = new LinkedHashMap<>();

  <T> void put(Key<T> key, T value) {
    set.put(key, value);
  }

  /// Whether the file has a value for a key.
  boolean isSet(Key<?> key) {
    return set.containsKey(key);
  }

  /// The value of a key: that of the file, else its preset, else null.
  @SuppressWarnings("unchecked") // put under the same key, or its preset
  <T> @Nullable T find(Key<T> key) {
    Object value = set.get(key);
    return value == null ? key.preset() : (T) value;
  }

  /// The value of a key that has a preset.
  <T> T get(Key<T> key) {
    T value = find(key);
    if (value == null) {
      throw new IllegalArgumentException(key.path() + " has no preset");
    }
    return value;
  }
}
