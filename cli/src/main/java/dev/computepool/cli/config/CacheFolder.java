package dev.computepool.cli.config;

import dev.computepool.cli.term.Environment;
import java.nio.file.Path;
import java.util.Optional;

/// Where this program keeps for the user what can be had again.
public final class CacheFolder {
  private CacheFolder() {}

  /// A folder of `$XDG_CACHE_HOME` or `~/.cache`; empty where there is neither.
  public static Optional<Path> of(Environment environment) {
    String base = environment.variable("XDG_CACHE_HOME");
    String home = environment.variable("HOME");
    if (base == null && home == null) {
      return Optional.empty();
    }
    Path folder =
        base != null && Path.of(base).isAbsolute() ? Path.of(base) : Path.of(home + "/.cache");
    return Optional.of(folder.resolve("computepool"));
  }

  /// Where measurements of this machine are kept.
  public static Optional<Path> measurements(Environment environment) {
    return of(environment).map(folder -> folder.resolve("bench"));
  }
}
