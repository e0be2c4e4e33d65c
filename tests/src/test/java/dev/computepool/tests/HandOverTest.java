package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls of `cp` that are not for us, and the ways in which they could come back.
final class HandOverTest {
  @TempDir Path temporary;
  private Path work = Path.of("");
  private Path elsewhere = Path.of("");

  @BeforeEach
  void makeFolders() throws IOException {
    work = Files.createDirectories(temporary.resolve("work"));
    elsewhere = Files.createDirectories(temporary.resolve("else where"));
    Files.writeString(work.resolve("a.txt"), "text");
  }

  private Cli withPath(Path... folders) {
    String path = String.join(":", java.util.Arrays.stream(folders).map(Path::toString).toList());
    return Cli.of(folders[0].resolve("cp"), work)
        .timeout(java.time.Duration.ofMinutes(1))
        .env("PATH", path + ":/usr/bin:/bin");
  }

  private void assertCopies(Cli cli) throws IOException {
    Path copy = work.resolve("b.txt");
    Files.deleteIfExists(copy);
    assertEquals(Result.done(""), cli.run("a.txt", "b.txt"));
    assertEquals("text", Files.readString(copy));
  }

  @Test
  void findsTheSystemsCpBehindItself() throws IOException {
    assertCopies(withPath(Project.BIN));
  }

  @Test
  void findsTheSystemsCpBehindLinksToItself() throws IOException {
    Files.createSymbolicLink(elsewhere.resolve("cp"), Project.BIN.resolve("cp"));
    assertCopies(withPath(elsewhere, Project.BIN));
    assertCopies(withPath(Project.BIN, elsewhere));
  }

  @Test
  void findsTheSystemsCpBehindALinkToComputepool() throws IOException {
    Files.createSymbolicLink(elsewhere.resolve("cp"), Project.BIN.resolve("computepool"));
    assertCopies(withPath(Project.BIN, elsewhere));
  }

  @Test
  void findsTheSystemsCpBehindAnotherCopy() throws IOException {
    for (String name : new String[] {"cp", "computepool"}) {
      Files.copy(
          Project.BIN.resolve(name), elsewhere.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }
    assertCopies(withPath(Project.BIN, elsewhere));
    assertCopies(withPath(elsewhere, Project.BIN));
  }

  @Test
  void findsTheSystemsCpBehindAScriptThatCallsIt() throws IOException {
    Tools.script(elsewhere.resolve("cp"), "exec '" + Project.BIN.resolve("cp") + "' \"$@\"");
    assertCopies(withPath(elsewhere, Project.BIN));
    assertCopies(withPath(Project.BIN, elsewhere));
  }

  @Test
  void takesTheFirstOneOfTheUsersPath() throws IOException {
    Tools.script(elsewhere.resolve("cp"), "echo \"mine: $*\"");
    assertEquals(
        Result.done("mine: -r a b\n"), withPath(Project.BIN, elsewhere).run("-r", "a", "b"));
  }

  @Test
  void findsTheSystemsCpWithoutAPath() throws IOException {
    assertCopies(Cli.cp(work).withoutEnv("PATH"));
    assertCopies(Cli.cp(work).env("PATH", ""));
    assertCopies(Cli.cp(work).env("PATH", Project.BIN.toString()));
    assertCopies(Cli.cp(work).env("PATH", ":" + Project.BIN + "::"));
  }

  @Test
  void passesArgumentsAsTheyAre() throws IOException {
    Tools.script(elsewhere.resolve("cp"), "printf '<%s>' \"$@\"");
    assertEquals(
        Result.done("<a b><><*><$HOME><\n><\"'\\><--><-n>"),
        withPath(Project.BIN, elsewhere).run("a b", "", "*", "$HOME", "\n", "\"'\\", "--", "-n"));
  }

  @Test
  void copiesAFileNamedLikeACommandWhenItIsCalledByItsPath() throws IOException {
    Files.writeString(work.resolve("config"), "text");
    assertEquals(Result.done(""), Cli.cp(work).run("./config", "b.txt"));
    assertEquals("text", Files.readString(work.resolve("b.txt")));
  }

  @Test
  void doesNothingWhereACommandIsAFileToo() throws IOException {
    Files.writeString(work.resolve("config"), "text");
    String refusal =
        """
        error: config is both a command and a file in this folder; nothing was done
        hint: cp ./config … copies the file; computepool config … runs the command
        """;
    assertEquals(Result.failed(2, refusal), Cli.cp(work).run("config", "b.txt"));
    assertEquals(Result.failed(2, refusal), Cli.cp(work).run("config", ""));
    assertEquals(
        Result.failed(
            2,
            """
            {"error": "config is both a command and a file in this folder; nothing was done", \
            "hint": "cp ./config … copies the file; computepool config … runs the command", \
            "exit_code": 2}
            """),
        Cli.cp(work).run("config", "b.txt", "--json"));
    assertTrue(Files.notExists(work.resolve("b.txt")));
  }

  @Test
  void doesNothingWhereACommandIsAFolderOrABrokenLinkToo() throws IOException {
    Files.createDirectory(work.resolve("gguf"));
    Files.createSymbolicLink(work.resolve("help"), Path.of("nowhere"));
    assertEquals(
        Result.failed(
            2,
            """
            error: gguf is both a command and a folder in this folder; nothing was done
            hint: cp ./gguf … copies the folder (with -r); computepool gguf … runs the command
            """),
        Cli.cp(work).run("gguf", "b"));
    assertEquals(2, Cli.cp(work).run("help", "b").exitCode());
  }

  @Test
  void runsTheCommandWhereTheSecondWordIsClear() throws IOException {
    Files.writeString(work.resolve("config"), "text");
    Result list = Cli.cp(work).run("config", "list");
    assertEquals(0, list.exitCode(), list.stderr());
    Result help = Cli.cp(work).run("config", "--help");
    assertEquals(0, help.exitCode(), help.stderr());
    Result other = Cli.computepool(work).run("config", "b.txt");
    assertEquals(2, other.exitCode());
    assertTrue(other.stderr().startsWith("error: unknown command: "), other.stderr());
  }

  @Test
  void neverHandsOverUnderItsOtherName() {
    Result result = Cli.computepool(work).run("a.txt", "b.txt");
    assertEquals(2, result.exitCode());
    assertTrue(Files.notExists(work.resolve("b.txt")));
  }

  @Test
  void runsTheProgramThroughLinks() throws IOException {
    Path link = elsewhere.resolve("pool");
    Files.createSymbolicLink(elsewhere.resolve("first"), Project.BIN.resolve("computepool"));
    Files.createSymbolicLink(link, Path.of("../else where/first"));
    Result expected = Result.done("computepool " + Project.VERSION + "\n");
    assertEquals(expected, Cli.of(link, work).run("--version"));
    Files.createSymbolicLink(elsewhere.resolve("bin"), Project.BIN);
    assertEquals(expected, Cli.of(elsewhere.resolve("bin/cp"), work).run("--version"));
    assertEquals(expected, Cli.of(Path.of("./cp"), Project.BIN).run("--version"));
    assertEquals(expected, Cli.shell(work).env("PATH", elsewhere + "/bin").run("cp --version"));
  }
}
