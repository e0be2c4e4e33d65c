package dev.computepool.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.ByteSize;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.cli.config.Config.Setting;
import dev.computepool.cli.output.OutputOptions.ColorMode;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  @TempDir Path folder;

  private Environment environment(Map<String, String> variables) {
    return new Environment(
        variables,
        folder.resolve("work"),
        OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream(),
        InputStream.nullInputStream(),
        Terminal.NONE);
  }

  private Environment environment() {
    return environment(Map.of("HOME", folder.resolve("home").toString()));
  }

  private void local(String text) throws IOException {
    Files.createDirectories(folder.resolve("work"));
    Files.writeString(folder.resolve("work/computepool.yml"), text);
  }

  private Path user(String text) throws IOException {
    Path file = folder.resolve("home/.config/computepool/config.yml");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void defaultsHoldWhereNothingIsSet() throws IOException {
    Config config = Config.load(environment());
    assertEquals(
        Arrays.stream(ConfigKey.values())
            .map(key -> new Setting(key, key.defaultValue(), "default"))
            .toList(),
        config.settings());
    assertEquals(new ByteSize(512L << 20), config.shardSize());
    assertEquals(ColorMode.AUTO, config.color());
    assertEquals(ProgressMode.AUTO, config.progress());
    assertEquals(false, config.offline());
    assertEquals(Runtime.getRuntime().availableProcessors(), config.threads());
  }

  @Test
  void everyDefaultIsAValue() {
    for (ConfigKey key : ConfigKey.values()) {
      key.check(key.defaultValue());
      assertEquals(key, ConfigKey.of(key.key()).orElseThrow());
      String name = key.key().toUpperCase(Locale.ROOT).replace('.', '_');
      assertEquals("COMPUTEPOOL_" + name, key.variable());
    }
  }

  @Test
  void pathsAreSeenFromTheirFile() throws IOException {
    Path user = user("llama.lib: lib/llama\ncrawl: {cache: ~/pages}\npython: python3.12\n");
    Config config = Config.load(environment());
    assertEquals(
        user.resolveSibling("lib/llama").toString(), config.setting(ConfigKey.LLAMA_LIB).value());
    assertEquals(
        folder.resolve("home/pages").toString(), config.setting(ConfigKey.CRAWL_CACHE).value());
    assertEquals("python3.12", config.setting(ConfigKey.PYTHON).value());
    local("llama.lib: ../lib\npython: venv/bin/python\ncrawl.cache: ''\n");
    Config there = Config.load(environment());
    assertEquals("../lib", there.setting(ConfigKey.LLAMA_LIB).value());
    assertEquals("venv/bin/python", there.setting(ConfigKey.PYTHON).value());
    assertEquals("", there.setting(ConfigKey.CRAWL_CACHE).value());
  }

  @Test
  void eachLayerGoesBeforeTheNext() throws IOException {
    Path user = user("color: always\nshard.size: 1GB\nthreads: 3\n");
    local("shard: {size: 2GB}\nthreads: 4\n");
    Config config =
        Config.load(
            environment(
                Map.of("HOME", folder.resolve("home").toString(), "COMPUTEPOOL_THREADS", "5")));
    assertEquals(
        List.of(
            new Setting(ConfigKey.COLOR, "always", user + ":1"),
            new Setting(ConfigKey.OFFLINE, "false", "default"),
            new Setting(ConfigKey.PROGRESS, "auto", "default"),
            new Setting(ConfigKey.SHARD_SIZE, "2GB", "computepool.yml:1"),
            new Setting(ConfigKey.THREADS, "5", "COMPUTEPOOL_THREADS")),
        config.settings().stream().filter(s -> FIRST_KEYS.contains(s.key())).toList());
    assertEquals(ColorMode.ALWAYS, config.color());
    assertEquals(new ByteSize(2_000_000_000), config.shardSize());
    assertEquals(5, config.threads());
  }

  private static final List<ConfigKey> FIRST_KEYS =
      List.of(
          ConfigKey.COLOR,
          ConfigKey.OFFLINE,
          ConfigKey.PROGRESS,
          ConfigKey.SHARD_SIZE,
          ConfigKey.THREADS);

  @Test
  void anEmptyVariableIsNotSet() throws IOException {
    Config config = Config.load(environment(Map.of("HOME", "/", "COMPUTEPOOL_THREADS", "")));
    assertEquals("default", config.setting(ConfigKey.THREADS).origin());
  }

  @Test
  void theUsersFileIsWhereXdgSaysUnlessThatIsRelative() {
    Path home = folder.resolve("home");
    assertEquals(home.resolve(".config/computepool/config.yml"), Config.userFile(environment()));
    assertEquals(
        Path.of("/x/computepool/config.yml"),
        Config.userFile(environment(Map.of("HOME", home.toString(), "XDG_CONFIG_HOME", "/x"))));
    assertEquals(
        home.resolve(".config/computepool/config.yml"),
        Config.userFile(environment(Map.of("HOME", home.toString(), "XDG_CONFIG_HOME", "x"))));
  }

  @Test
  void unknownNamesAreWarnedAboutWithWhatWasMeant() throws IOException {
    local("colour: never\nshard:\n  sise: 1GB\nsomething.else: 3\n");
    assertEquals(
        List.of(
            "computepool.yml line 1: unknown setting 'colour'; did you mean 'color'?",
            "computepool.yml line 3: unknown setting 'shard.sise'; did you mean 'shard.size'?",
            "computepool.yml line 4: unknown setting 'something.else'"),
        Config.load(environment()).warnings());
  }

  @Test
  void aNameThatIsSetTwiceIsWarnedAbout() throws IOException {
    local("shard.size: 1GB\nshard:\n  size: 2GB\n");
    Config config = Config.load(environment());
    assertEquals(
        List.of("computepool.yml line 3: 'shard.size' is set again; the last value counts"),
        config.warnings());
    assertEquals("2GB", config.setting(ConfigKey.SHARD_SIZE).value());
  }

  @Test
  void allWrongValuesOfAFileAreNamedWithTheirPlaces() throws IOException {
    local("color: blue\n\nshard:\n  size: 'big'\nthreads: -1\noffline:\nprogress: plain\n");
    FormatException e = assertThrows(FormatException.class, () -> Config.load(environment()));
    assertEquals("computepool.yml", e.file());
    assertEquals(
        List.of(
            new Problem("line 1, column 8", "color: 'blue' is none of auto, always, never"),
            new Problem(
                "line 4, column 9",
                "shard.size: 'big' is not a size; write it as 512MiB, 1GB or 4096"),
            new Problem(
                "line 5, column 10", "threads: '-1' is no number of threads from 0 to 1024"),
            new Problem("line 6, column 9", "offline: '' is neither true nor false")),
        e.problems());
  }

  @Test
  void allWrongVariablesAreNamed() {
    FormatException e =
        assertThrows(
            FormatException.class,
            () ->
                Config.load(
                    environment(
                        Map.of(
                            "HOME", "/", "COMPUTEPOOL_COLOR", "x", "COMPUTEPOOL_THREADS", "y"))));
    assertEquals(
        List.of(
            new Problem("COMPUTEPOOL_COLOR", "'x' is none of auto, always, never"),
            new Problem("COMPUTEPOOL_THREADS", "'y' is no number of threads from 0 to 1024")),
        e.problems());
    assertEquals(
        "the environment at COMPUTEPOOL_COLOR: 'x' is none of auto, always, never"
            + " (and 1 more problem)",
        e.getMessage());
  }
}
