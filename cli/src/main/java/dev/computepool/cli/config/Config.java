package dev.computepool.cli.config;

import dev.computepool.base.ByteSize;
import dev.computepool.base.FormatException;
import dev.computepool.cli.output.OutputOptions.ColorMode;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import dev.computepool.cli.term.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All settings as they are in force, each with its origin: the environment goes before
/// `./computepool.yml`, that before the user's file, that before the default. Flags, which go
/// before all, are the commands' own.
public final class Config {
  private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);
  private final List<String> warnings = new ArrayList<>();

  /// One setting in force.
  ///
  /// @param origin `default`, an environment variable, or a file with its line
  public record Setting(ConfigKey key, String value, String origin) {
    /// The value as it may be shown: of a secret only that there is one.
    public String shown() {
      return key.isSecret() && !value.isEmpty() ? "(set)" : value;
    }

    @Override
    public String toString() {
      return "%s=%s (%s)".formatted(key.key(), shown(), origin);
    }
  }

  private Config() {}

  /// The file in the working directory.
  public static Path localFile(Environment environment) {
    return environment.directory().resolve("computepool.yml");
  }

  /// The user's file, under `$XDG_CONFIG_HOME` or `~/.config`.
  public static Path userFile(Environment environment) {
    return userFolder(environment).resolve("computepool").resolve("config.yml");
  }

  /// Where programs keep the user's settings: `$XDG_CONFIG_HOME` or `~/.config`.
  static Path userFolder(Environment environment) {
    String base = environment.variable("XDG_CONFIG_HOME");
    return base != null && Path.of(base).isAbsolute()
        ? Path.of(base)
        : Path.of(home(environment)).resolve(".config");
  }

  private static String home(Environment environment) {
    @Nullable String home = environment.variable("HOME");
    return home == null ? System.getProperty("user.home", ".") : home;
  }

  /// Collects all settings.
  ///
  /// @throws FormatException if a file cannot be read as settings, or a value cannot be one; all
  ///     wrong values of a file are named at once
  public static Config load(Environment environment) throws IOException {
    Config config = new Config();
    for (ConfigKey key : ConfigKey.values()) {
      config.settings.put(key, new Setting(key, key.defaultValue(), "default"));
    }
    for (Path file : List.of(userFile(environment), localFile(environment))) {
      // Looked for here so that the YAML reader is loaded only where there is something to read.
      if (Files.exists(file)) {
        config.take(ConfigFile.read(file), environment);
      }
    }
    config.takeVariables(environment);
    return config;
  }

  private void takeVariables(Environment environment) throws FormatException {
    List<FormatException.Problem> problems = new ArrayList<>();
    for (ConfigKey key : ConfigKey.values()) {
      String value = environment.variable(key.variable());
      if (value == null) {
        continue;
      }
      try {
        key.check(value);
        settings.put(key, new Setting(key, value, key.variable()));
      } catch (IllegalArgumentException e) {
        problems.add(new FormatException.Problem(key.variable(), String.valueOf(e.getMessage())));
      }
    }
    if (!problems.isEmpty()) {
      throw new FormatException("the environment", problems);
    }
  }

  private void take(ConfigFile file, Environment environment) throws FormatException {
    Path shown =
        file.path().startsWith(environment.directory())
            ? environment.directory().relativize(file.path())
            : file.path();
    List<FormatException.Problem> problems = new ArrayList<>();
    Set<ConfigKey> seen = EnumSet.noneOf(ConfigKey.class);
    for (ConfigFile.Entry entry : file.entries()) {
      ConfigKey key = ConfigKey.of(entry.key()).orElse(null);
      if (key == null) {
        warnings.add(
            "%s line %d: unknown setting '%s'%s"
                .formatted(shown, entry.line(), entry.key(), Suggestions.forKey(entry.key())));
        continue;
      }
      if (!seen.add(key)) {
        warnings.add(
            "%s line %d: '%s' is set again; the last value counts"
                .formatted(shown, entry.line(), entry.key()));
      }
      try {
        key.check(entry.value());
        String value = key.isPath(entry.value()) ? place(entry, file, environment) : entry.value();
        settings.put(key, new Setting(key, value, shown + ":" + entry.line()));
      } catch (IllegalArgumentException e) {
        problems.add(
            new FormatException.Problem(
                "line %d, column %d".formatted(entry.line(), entry.column()),
                entry.key() + ": " + e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      throw new FormatException(shown.toString(), problems);
    }
  }

  /// A path as seen from the working directory; `~/` is the user's home.
  private static String place(ConfigFile.Entry entry, ConfigFile file, Environment environment) {
    if (entry.value().startsWith("~/")) {
      return Path.of(home(environment)).resolve(entry.value().substring(2)).toString();
    }
    Path folder = environment.directory().relativize(file.path().toAbsolutePath()).getParent();
    return folder == null ? entry.value() : file.path().resolveSibling(entry.value()).toString();
  }

  /// What is in force for `key`.
  public Setting setting(ConfigKey key) {
    Setting setting = settings.get(key);
    if (setting == null) {
      throw new IllegalStateException("no default for " + key);
    }
    return setting;
  }

  /// Every setting, in the order of {@link ConfigKey}.
  public List<Setting> settings() {
    return List.copyOf(settings.values());
  }

  /// Unknown names, each with its place and the name that was probably meant.
  public List<String> warnings() {
    return warnings;
  }

  public ColorMode color() {
    return ConfigKey.constant(ColorMode.class, setting(ConfigKey.COLOR).value());
  }

  public ProgressMode progress() {
    return ConfigKey.constant(ProgressMode.class, setting(ConfigKey.PROGRESS).value());
  }

  public boolean offline() {
    return ConfigKey.bool(setting(ConfigKey.OFFLINE).value());
  }

  public ByteSize shardSize() {
    return ByteSize.parse(setting(ConfigKey.SHARD_SIZE).value());
  }

  /// Threads that compute, at least one.
  public int threads() {
    int threads = ConfigKey.threads(setting(ConfigKey.THREADS).value());
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }
}
