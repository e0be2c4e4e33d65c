package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which Java is taken. The ones here only say which of them was started.
final class JavaSearchTest {
  @TempDir Path temporary;
  private Path home = Path.of("");
  private Path tools = Path.of("");
  private Path older = Path.of("");
  private Path newer = Path.of("");
  private Path another = Path.of("");

  @BeforeEach
  void makeProgram() throws IOException {
    home = temporary.resolve("program");
    for (String file : new String[] {"bin/cp", "bin/computepool"}) {
      Path copy = home.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(
          Project.ROOT.resolve(file), copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createDirectories(home.resolve("lib/aot"));
    Files.writeString(home.resolve("lib/computepool.jar"), "");
    Files.writeString(home.resolve("lib/build"), "0.1.0\nbuild\n");
    tools = Tools.only(temporary.resolve("tools"), "unshare", "mount");
    older = Tools.java(temporary.resolve("java 17"), "17.0.15");
    newer = Tools.java(temporary.resolve("java 25"), "25.0.1");
    another = Tools.java(temporary.resolve("java 26"), "26");
  }

  private Cli cli() {
    return Cli.of(home.resolve("bin/cp"), temporary)
        .env("PATH", tools.toString())
        .env("CI", "true");
  }

  private static Result started(Path java) {
    return Result.done(java.resolve("bin/java") + ": <help>\n");
  }

  @Test
  void takesTheOneThatTheUserNames() {
    assertEquals(
        started(newer),
        cli()
            .env("COMPUTEPOOL_JAVA_HOME", newer.toString())
            .env("JAVA_HOME", another.toString())
            .run("help"));
  }

  @Test
  void refusesAnOldOneThatTheUserNames() {
    assertEquals(
        Result.failed(
            1,
            """
            error: COMPUTEPOOL_JAVA_HOME is %s, which is not Java 25 or later but 17
            hint: set it to the home of a JDK 25 or later, or unset it to have one looked for
            """
                .formatted(older)),
        cli().env("COMPUTEPOOL_JAVA_HOME", older.toString()).run("help"));
    assertEquals(
        Result.failed(
            1,
            """
            error: COMPUTEPOOL_JAVA_HOME is /nowhere, which is not Java 25 or later
            hint: set it to the home of a JDK 25 or later, or unset it to have one looked for
            """),
        cli().env("COMPUTEPOOL_JAVA_HOME", "/nowhere").run("help"));
  }

  @Test
  void takesJavaHomeIfItIsNewEnough() throws IOException {
    Files.createSymbolicLink(tools.resolve("java"), newer.resolve("bin/java"));
    assertEquals(started(another), cli().env("JAVA_HOME", another.toString()).run("help"));
    Result fallback = cli().env("JAVA_HOME", older.toString()).run("help");
    assertEquals(newer.resolve("bin") + "/../bin/java: <help>\n", fallback.stdout());
  }

  @Test
  void prefersTheOneItWasPackagedWithOverThePath() throws IOException {
    Files.createSymbolicLink(tools.resolve("java"), newer.resolve("bin/java"));
    Files.writeString(home.resolve("lib/aot/java-home"), another + "\n");
    assertEquals(started(another), cli().run("help"));
    Files.writeString(home.resolve("lib/aot/java-home"), temporary + "/removed\n");
    assertEquals(newer.resolve("bin") + "/../bin/java: <help>\n", cli().run("help").stdout());
  }

  @Test
  void takesTheOneOnThePathThroughLinks() throws IOException {
    Files.createSymbolicLink(temporary.resolve("alternative"), newer.resolve("bin/java"));
    Files.createSymbolicLink(tools.resolve("java"), Path.of("../alternative"));
    assertEquals(newer.resolve("bin") + "/../bin/java: <help>\n", cli().run("help").stdout());
  }

  /// Hides the JDKs of this machine: in a mount namespace of its own, `/usr/lib/jvm` is empty.
  private Cli withoutInstalledJava() {
    Cli unshare =
        Cli.of(Path.of("unshare"), temporary)
            .env("PATH", tools.toString())
            .env("CI", "true")
            .withArguments("--mount", "--", "sh", "-c");
    String hide =
        "for d in /usr/lib/jvm /usr/lib64/jvm /usr/java /opt; do"
            + " [ ! -d $d ] || mount -t tmpfs none $d || exit 99; done";
    Assumptions.assumeTrue(
        unshare.run(hide).exitCode() == 0, "only root can hide the JDKs of this machine");
    return unshare.withArguments(hide + "; exec '" + home.resolve("bin/cp") + "' help");
  }

  @Test
  void saysWhereItLookedInVain() throws IOException {
    Files.createSymbolicLink(tools.resolve("java"), older.resolve("bin/java"));
    Result result = withoutInstalledJava().env("JAVA_HOME", older.toString()).run();
    assertEquals(
        Result.failed(
            1,
            """
            error: no Java 25 or later was found; looked at JAVA_HOME (%s: Java 17), %s (Java 17), \
            /usr/lib/jvm and the folders of SDKMAN, mise, asdf, JBang and Homebrew
            hint: install a JDK 25, for example from https://adoptium.net, or set \
            COMPUTEPOOL_JAVA_HOME to the home of one
            """
                .formatted(older, older.resolve("bin/java"))),
        result);
  }

  @Test
  void findsTheOnesOfVersionManagers() throws IOException {
    Path sdkman = temporary.resolve("sdkman");
    Tools.java(sdkman.resolve("candidates/java/17.0.1-tem"), "17.0.1");
    Path found = Tools.java(sdkman.resolve("candidates/java/25.0.1-tem"), "25.0.1");
    assertEquals(started(found), withoutInstalledJava().env("SDKMAN_DIR", sdkman.toString()).run());
  }

  @Test
  void handsWordsToJavaAsTheyAre() {
    Result result =
        cli()
            .env("COMPUTEPOOL_JAVA_HOME", newer.toString())
            .run("help", "", "a b", "*", "\n", "'\"\\");
    assertTrue(result.stdout().endsWith(": <help> <> <a b> <*> <\n> <'\"\\>\n"), result.stdout());
  }
}
