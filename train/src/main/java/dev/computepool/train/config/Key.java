package dev.computepool.train.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One key of a configuration.
///
/// @param path such as `training.learning_rate`
/// @param preset what counts if it is not there; null if it then is not set
/// @param help one sentence for who writes a configuration
/// @param runtimes that know it
/// @param level who needs it
/// @param others what other tools call it, such as `lr`
record Key<T>(
    String path,
    Kind<T> kind,
    @Nullable T preset,
    String help,
    Set<RuntimeName> runtimes,
    Level level,
    List<String> others) {
  /// Who needs a key.
  enum Level {
    /// Whoever trains: nothing works without.
    REQUIRED,
    /// Most people: a new configuration shows it.
    USUAL,
    /// Some people: a new configuration shows it as a comment.
    RARE
  }

  Key {
    runtimes = Collections.unmodifiableSet(EnumSet.copyOf(runtimes));
    others = List.copyOf(others);
  }

  /// The part before the point, such as `training`; empty for keys without a section.
  String section() {
    int point = path.indexOf('.');
    return point < 0 ? "" : path.substring(0, point);
  }

  /// The part after the point.
  String name() {
    return path.substring(path.indexOf('.') + 1);
  }
}
