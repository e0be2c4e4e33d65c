package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The first call in a fresh clone. A stub of Maven "builds" in as long as the test wants.
final class FirstCallTest {
  @TempDir Path temporary;
  private Path clone = Path.of("");
  private Path work = Path.of("");

  @BeforeEach
  void makeClone() throws IOException {
    clone = temporary.resolve("a clone");
    work = Files.createDirectories(temporary.resolve("work"));
    for (String file : new String[] {"bin/cp", "bin/computepool", ".ci/first-build"}) {
      Path copy = clone.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(
          Project.ROOT.resolve(file), copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createDirectories(clone.resolve("cli"));
    Tools.java(temporary.resolve("jdk"), "25.0.1");
  }

  /// A call whose Maven logs itself, says what Maven says, and then does `lines`.
  private Cli call(boolean flock, String... lines) throws IOException {
    Path tools = Tools.only(temporary.resolve("tools-" + flock));
    if (flock) {
      Tools.only(tools, "flock");
    }
    Tools.script(
        temporary.resolve("maven/mvn"),
        "echo $$ >>'" + temporary + "/builds'",
        "echo '[INFO] Building ComputePool 0.1.0                       [1/2]'",
        "echo '[INFO] Building computepool-cli 0.1.0                   [2/2]'",
        String.join("\n", lines));
    return Cli.of(clone.resolve("bin/cp"), work)
        .env("PATH", temporary.resolve("maven") + ":" + tools)
        .env("COMPUTEPOOL_JAVA_HOME", temporary.resolve("jdk").toString());
  }

  /// What a build leaves behind.
  private static final String BUILT =
      """
      mkdir -p cli/target/computepool/lib/aot/build-Fake-25.0.1+1
      printf '0.1.0\\nbuild\\n' >cli/target/computepool/lib/build
      touch cli/target/computepool/lib/computepool.jar
      """;

  private static final String WAITING = "another call is building ComputePool; waiting for it\n";

  /// Has a build wait until the test lets it go on.
  private static final String GOES_ON = "while [ ! -e go-on ]; do sleep 0.1; done";

  private void goOn() throws IOException {
    Files.createFile(clone.resolve("go-on"));
  }

  private long builds() throws IOException {
    Path log = temporary.resolve("builds");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private String ran(String arguments) {
    return temporary.resolve("jdk/bin/java") + ": " + arguments + "\n";
  }

  private static String withoutSeconds(String text) {
    return text.replaceAll("built in \\d+ s", "built in N s");
  }

  private static final String PROGRESS =
      """
      ComputePool is built now, once (log: cli/target/build.log)
        1 of 2  ComputePool
        2 of 2  computepool-cli
      built in N s
      """;

  @Test
  void buildsShowsTheModulesAndThenRuns() throws IOException {
    Result result = call(true, BUILT).run("gguf", "info", "a b");
    assertEquals(
        new Result(0, ran("<gguf> <info> <a b>"), PROGRESS),
        new Result(result.exitCode(), result.stdout(), withoutSeconds(result.stderr())));
    assertEquals(Result.done(ran("<help>")), call(true, BUILT).run("help"));
    assertEquals(1, builds());
  }

  @ParameterizedTest(name = "with flock: {0}")
  @ValueSource(booleans = {true, false})
  void buildsOnceForTwoCallsAtATime(boolean flock) throws IOException {
    Cli cli = call(flock, GOES_ON, BUILT);
    try (Running one = cli.start("help");
        Running other = cli.start("config", "list")) {
      one.await(() -> (one.stderr() + other.stderr()).contains(WAITING), "one that waits");
      goOn();
      Result first = one.await();
      Result second = other.await();
      assertEquals(ran("<help>"), first.stdout());
      assertEquals(ran("<config> <list>"), second.stdout());
      assertTrue(first.stderr().equals(WAITING) ^ second.stderr().equals(WAITING), first.stderr());
    }
    assertEquals(1, builds());
  }

  @ParameterizedTest(name = "with flock: {0}")
  @ValueSource(booleans = {true, false})
  void waitsForTheBuildOfACallThatWasKilled(boolean flock) throws IOException {
    Cli cli = call(flock, GOES_ON, BUILT);
    try (Running killed = cli.start("help")) {
      killed.awaitStderr("2 of 2");
      killed.kill();
    }
    try (Running next = cli.start("help")) {
      next.awaitStderr(WAITING);
      goOn();
      assertEquals(new Result(0, ran("<help>"), WAITING), next.await());
    }
    assertEquals(1, builds());
  }

  @ParameterizedTest(name = "with flock: {0}")
  @ValueSource(booleans = {true, false})
  void buildsAgainAfterCallAndBuildWereKilled(boolean flock) throws IOException {
    Cli cli =
        call(flock, "[ $(wc -l <'" + temporary + "/builds') -gt 1 ] || exec sleep 100", BUILT);
    try (Running killed = cli.start("help")) {
      killed.awaitStderr("2 of 2");
      killed.kill();
    }
    long maven = Long.parseLong(Files.readString(temporary.resolve("builds")).strip());
    Signals.send("KILL", maven);
    ProcessHandle.of(maven).ifPresent(p -> p.onExit().join());
    Result result = cli.run("help");
    assertEquals(
        new Result(0, ran("<help>"), PROGRESS),
        new Result(result.exitCode(), result.stdout(), withoutSeconds(result.stderr())));
    assertEquals(2, builds());
  }

  @ParameterizedTest(name = "with flock: {0}")
  @ValueSource(booleans = {true, false})
  void stopsTheBuildWhenInterrupted(boolean flock) throws IOException {
    Cli cli =
        call(flock, "[ $(wc -l <'" + temporary + "/builds') -gt 1 ] || exec sleep 100", BUILT);
    try (Running interrupted = cli.start("help")) {
      interrupted.awaitStderr("2 of 2");
      interrupted.signal("INT");
      Result result = interrupted.await();
      assertEquals(130, result.exitCode());
      assertTrue(result.stderr().endsWith("interrupted; the next call builds again\n"));
    }
    long maven = Long.parseLong(Files.readString(temporary.resolve("builds")).strip());
    assertFalse(ProcessHandle.of(maven).map(ProcessHandle::isAlive).orElse(false));
    assertEquals(ran("<help>"), cli.run("help").stdout());
  }

  @Test
  void stopsTheBuildOnCtrlC() throws IOException {
    Cli cli = call(true, "exec sleep 100");
    try (Running call = cli.startOnTerminal("help")) {
      call.awaitStdout("2 of 2");
      call.type("\u0003");
      assertEquals(130, call.await().exitCode());
    }
    long maven = Long.parseLong(Files.readString(temporary.resolve("builds")).strip());
    assertFalse(ProcessHandle.of(maven).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void showsTheEndOfTheLogOfAFailedBuild() throws IOException {
    Cli cli = call(true, "echo '[ERROR] cannot find symbol: class Shrad'", "exit 3");
    Result result = cli.run("help");
    assertEquals(
        Result.failed(
            1,
            """
            ComputePool is built now, once (log: cli/target/build.log)
              1 of 2  ComputePool
              2 of 2  computepool-cli
            [INFO] Building ComputePool 0.1.0                       [1/2]
            [INFO] Building computepool-cli 0.1.0                   [2/2]
            [ERROR] cannot find symbol: class Shrad
            error: ComputePool could not be built (Maven ended with 3)
            hint: all that Maven said is in cli/target/build.log
            """),
        result);
    cli.run("help");
    assertEquals(2, builds());
  }

  @Test
  void saysThatMavenIsMissing() throws IOException {
    Cli cli = call(true).env("PATH", temporary.resolve("tools-true").toString());
    assertEquals(
        Result.failed(
            1,
            """
            error: ComputePool is not built yet, and Maven's mvn is not on the path
            hint: install Apache Maven 3.8 or later and call again, or use a release instead of a clone
            """),
        cli.run("help"));
    assertEquals(
        Result.failed(
            1,
            """
            {"error": "ComputePool is not built yet, and Maven's mvn is not on the path", \
            "hint": "install Apache Maven 3.8 or later and call again, or use a release instead of a clone", \
            "exit_code": 1}
            """),
        cli.run("gguf", "info", "a.gguf", "--json"));
  }

  @Test
  void saysThatTheCloneCannotBeWrittenTo() throws IOException {
    Cli cli = call(true, BUILT);
    try (Mounts _ = Mounts.readOnly(clone)) {
      Result result = cli.run("help");
      assertEquals(1, result.exitCode());
      assertTrue(
          result.stderr().startsWith("error: ComputePool is not built yet, and its folder "),
          result.stderr());
    }
    assertEquals(0, builds());
  }

  @Test
  void neverBuildsForTheSystemsCp() throws IOException {
    Cli cli = call(true, BUILT);
    Files.writeString(work.resolve("a.txt"), "text");
    assertEquals(Result.done(""), cli.run("a.txt", "b.txt"));
    assertEquals("text", Files.readString(work.resolve("b.txt")));
    assertEquals(1, cli.run().exitCode());
    assertEquals(0, builds());
  }
}
