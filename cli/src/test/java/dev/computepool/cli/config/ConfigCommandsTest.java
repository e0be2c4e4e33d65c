package dev.computepool.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.computepool.cli.CliRunner;
import dev.computepool.cli.CliRunner.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp config list|get|set` and the settings as the other commands meet them.
class ConfigCommandsTest {
  @TempDir Path folder;
  private CliRunner cli;

  @BeforeEach
  void inAnEmptyFolder() {
    cli = new CliRunner(folder);
  }

  private Path local(String text) throws IOException {
    return Files.writeString(folder.resolve("computepool.yml"), text);
  }

  @Test
  void listShowsValuesAndOrigins() throws IOException {
    local("threads: 4\n");
    String list = cli.with("COMPUTEPOOL_OFFLINE", "yes").run("config", "list").stdout();
    assertTrue(list.startsWith("setting"), list);
    assertTrue(list.lines().anyMatch(l -> l.matches("offline +yes")), list);
    assertTrue(list.lines().anyMatch(l -> l.matches("threads +4")), list);
    String origins = cli.run("config", "list", "--origin").stdout();
    assertTrue(
        origins.lines().anyMatch(l -> l.matches("offline +yes +COMPUTEPOOL_OFFLINE")), origins);
    assertTrue(origins.lines().anyMatch(l -> l.matches("threads +4 +computepool.yml:1")), origins);
    assertTrue(origins.lines().anyMatch(l -> l.matches("color +auto +default")), origins);
    assertFalse(cli.run("config", "list", "--json").stdout().contains("origin"));
    assertTrue(
        cli.run("config", "list", "--json", "--origin")
            .stdout()
            .contains(
                """
                    {
                      "key": "threads",
                      "value": "4",
                      "origin": "computepool.yml:1"
                    }\
                """));
  }

  @Test
  void getPrintsTheValueAlone() throws IOException {
    local("shard: {size: 1GB}\n");
    assertEquals(new Result(0, "1GB\n", ""), cli.run("config", "get", "shard.size"));
    assertEquals(
        new Result(
            0,
            """
            {
              "key": "shard.size",
              "value": "1GB",
              "origin": "computepool.yml:1"
            }
            """,
            ""),
        cli.run("config", "get", "shard.size", "--json"));
  }

  @Test
  void setWritesTheUsersFile() throws IOException {
    assertEquals(
        new Result(0, "shard.size = 1GB in " + cli.userFile() + "\n", ""),
        cli.run("config", "set", "shard.size", "1GB"));
    assertEquals("shard.size: 1GB\n", Files.readString(cli.userFile()));
    assertEquals("1GB\n", cli.run("config", "get", "shard.size").stdout());
    assertFalse(Files.exists(folder.resolve("computepool.yml")));
  }

  @Test
  void setWritesPathsThatMeanTheSameEverywhere() throws IOException {
    assertEquals(0, cli.run("config", "set", "llama.lib", "build/../bin").code());
    assertEquals(folder.resolve("bin") + "\n", cli.run("config", "get", "llama.lib").stdout());
    assertEquals(0, cli.run("config", "set", "--local", "llama.lib", "build").code());
    assertEquals("llama.lib: build\n", Files.readString(folder.resolve("computepool.yml")));
    assertEquals(0, cli.run("config", "set", "llama.lib", "").code());
    assertEquals("llama.lib: ''\n", Files.readString(cli.userFile()));
  }

  @Test
  void setLocalWritesTheFoldersFile() throws IOException {
    Path file = local("# ours\nthreads: 4 # cores\n");
    assertEquals(
        new Result(0, "threads = 2 in " + file + "\n", ""),
        cli.run("config", "set", "--local", "threads", "2"));
    assertEquals("# ours\nthreads: 2 # cores\n", Files.readString(file));
    assertFalse(Files.exists(cli.userFile()));
  }

  @Test
  void setRefusesWhatCannotBeAValue() {
    assertEquals(
        new Result(
            2,
            "",
            """
            error: threads: 'many' is no number of threads from 0 to 1024
            hint: Threads that compute; 0 for one a core
            """),
        cli.run("config", "set", "threads", "many"));
    assertEquals(
        new Result(
            2,
            "",
            """
            error: unknown setting: thread
            hint: did you mean 'threads'?
            """),
        cli.run("config", "set", "thread", "1"));
    assertFalse(Files.exists(cli.userFile()));
  }

  @Test
  void setSaysWhenAVariableGoesBeforeIt() {
    Result result = cli.with("COMPUTEPOOL_THREADS", "8").run("config", "set", "threads", "2");
    assertEquals(0, result.code());
    assertEquals("warning: COMPUTEPOOL_THREADS=8 is set and goes before it\n", result.stderr());
  }

  @Test
  void wrongSettingsStopACommandAndAreAllNamed() throws IOException {
    local("color: blue\nthreads: many\n");
    assertEquals(
        new Result(
            2,
            "",
            """
            error: computepool.yml at line 1, column 8: color: 'blue' is none of auto, always, \
            never (and 1 more problem)
            cause: line 1, column 8: color: 'blue' is none of auto, always, never
            cause: line 2, column 10: threads: 'many' is no number of threads from 0 to 1024
            """),
        cli.run("config", "list"));
  }

  @Test
  void setRepairsWhatIsWrong() throws IOException {
    Path file = local("color: blue\nthreads: many\n");
    Result first = cli.run("config", "set", "--local", "color", "never");
    assertEquals(
        new Result(
            0,
            "color = never in " + file + "\n",
            """
            warning: computepool.yml: line 1, column 8: color: 'blue' is none of auto, always, never
            warning: computepool.yml: line 2, column 10: threads: 'many' is no number of threads \
            from 0 to 1024
            """),
        first);
    assertEquals(0, cli.run("config", "set", "--local", "threads", "2").code());
    assertEquals("color: never\nthreads: 2\n", Files.readString(file));
    assertEquals(new Result(0, "2\n", ""), cli.run("config", "get", "threads"));
  }

  @Test
  void errorsInSettingsAreToldAsTheCommandLineAsks() throws IOException {
    local("threads: many\n");
    assertEquals(
        new Result(
            2,
            "",
            """
            {
              "error": "computepool.yml at line 1, column 10: threads: 'many' is no number of \
            threads from 0 to 1024",
              "exit_code": 2
            }
            """),
        cli.run("config", "list", "--json"));
  }

  @Test
  void unknownSettingsAreWarnedAboutByEveryCommand() throws IOException {
    local("threds: 4\n");
    Result result = cli.run("config", "get", "threads");
    assertEquals(
        new Result(
            0,
            "0\n",
            "warning: computepool.yml line 1: unknown setting 'threds'; did you mean 'threads'?\n"),
        result);
  }

  @Test
  void helpNamesEverySettingAndVariable() {
    String help = cli.run("help", "config").stdout();
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(help.contains(key.key() + " "), help);
      assertTrue(help.contains(key.variable() + " "), help);
    }
    for (OtherVariable variable : OtherVariable.values()) {
      assertTrue(help.contains(variable.name() + " "), help);
    }
  }

  @Test
  void helpForProgramsNamesThemToo() {
    String help = cli.run("help", "config", "--json").stdout();
    assertTrue(help.contains("\"key\": \"shard.size\""), help);
    for (OtherVariable variable : OtherVariable.values()) {
      assertTrue(help.contains("\"name\": \"" + variable.name() + "\""), help);
    }
  }

  @Test
  void aKeyIsNeitherToldNorReadableForOthers() throws IOException {
    Path file = local("threads: 4\n");
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class),
        "the file system knows no permissions");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    String key = "vs-0123456789";
    Result set =
        cli.with("COMPUTEPOOL_SEARCH_KEY", "vs-other-9876")
            .run("config", "set", "--local", "search.key", key);
    assertEquals(0, set.code(), set.stderr());
    String told = set.stdout() + set.stderr();
    assertTrue(told.contains("COMPUTEPOOL_SEARCH_KEY is set and goes before it"), told);
    assertFalse(told.contains(key) || told.contains("vs-other-9876"), told);
    assertEquals("threads: 4\nsearch.key: " + key + "\n", Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    // Another setting beside it does not open the file again.
    assertEquals(0, cli.run("config", "set", "--local", "threads", "2").code());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(0, cli.run("config", "set", "search.key", key).code());
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
            each::toString);
      }
    }
  }
}
