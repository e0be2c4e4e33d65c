package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The first and simplest calls, which are also examples of how to test one.
final class StartTest {
  @TempDir Path folder;

  @Test
  void tellsItsVersion() {
    Result expected = Result.done("computepool " + Project.VERSION + "\n");
    assertEquals(expected, Cli.cp(folder).run("--version"));
    assertEquals(expected, Cli.computepool(folder).run("--version"));
  }

  /// The launcher answers without the program, which must not say anything else.
  @Test
  void tellsTheVersionOfTheProgram() {
    Result program = Cli.cp(folder).run("--version", "--json");
    assertEquals(0, program.exitCode());
    assertTrue(
        program.stdout().contains("\"version\": \"" + Project.VERSION + "\""), program.stdout());
    Result verbose = Cli.cp(folder).run("--version", "-v");
    assertEquals("computepool " + Project.VERSION, verbose.stdout().lines().findFirst().get());
  }

  @Test
  void showsItsHelpUnderTheNameItWasCalledBy() {
    for (Cli cli : List.of(Cli.cp(folder), Cli.computepool(folder))) {
      String name = cli.command().getFirst().replaceAll(".*/", "");
      Result result = cli.run("--help");
      assertEquals(new Result(0, result.stdout(), ""), result);
      assertTrue(result.stdout().startsWith("Usage: " + name + " COMMAND"), result.stdout());
    }
  }

  @Test
  void endsQuietlyWhenNobodyReadsOn() {
    for (String call : List.of("--version", "--help", "help config")) {
      Result result = Cli.shell(folder).run("{ cp " + call + "; echo $? >&2; } | true");
      assertEquals("0\n", result.stderr(), call);
    }
  }

  @Test
  void saysWhenTheResultCannotBeWritten() {
    for (String call : List.of("--version", "--help")) {
      Result result = Cli.shell(folder).run("cp " + call + " >/dev/full");
      assertEquals(7, result.exitCode(), call);
      assertTrue(result.stderr().startsWith("error: no space left"), result.stderr());
    }
  }

  /// The words are literal in the launcher: a fresh clone has no program that could be asked.
  @Test
  void launcherAndProgramKnowTheSameWords() throws IOException {
    Pattern line =
        Pattern.compile("^  ([a-z |-]+)\\)(?: subcommands='([a-z -]*)')? ;;$", Pattern.MULTILINE);
    String launcher = Files.readString(Project.BIN.resolve("cp"));
    Map<String, String> known = new TreeMap<>();
    for (MatchResult match : line.matcher(launcher).results().toList()) {
      for (String word : match.group(1).split(" \\| ", -1)) {
        known.put(word, match.group(2) == null ? "" : match.group(2));
      }
    }
    Result words = Cli.computepool(folder).run("__words");
    assertEquals(0, words.exitCode(), words.stderr());
    Map<String, String> expected =
        words
            .stdout()
            .lines()
            .collect(
                Collectors.toMap(
                    l -> l.substring(0, l.indexOf(':')),
                    l -> l.substring(l.indexOf(':') + 1).strip()));
    assertEquals(new TreeMap<>(expected), known);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "gguf tensors", "config list --json"})
  void startsFromTheCachesOfItsJavaAndWithoutTheVectorModule(String call) throws IOException {
    Path log = folder.resolve("classes");
    Cli cli = Cli.cp(folder).env("COMPUTEPOOL_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    assertTrue(cli.run(call.split(" ", -1)).exitCode() <= 2);
    List<String> loaded = Files.readAllLines(log);
    for (String name : List.of("picocli.CommandLine", "dev.computepool.cli.Cli")) {
      assertTrue(
          loaded.stream().anyMatch(l -> l.contains(name + " source: shared objects file")),
          name + " was not in the cache; cli/target/caches.log says why");
    }
    assertFalse(loaded.stream().anyMatch(l -> l.contains("jdk.incubator.vector")));
  }

  @Test
  void saysNothingAboutACacheThatJavaCannotUse() throws IOException {
    Path copy = Distribution.copy(folder.resolve("copy"));
    for (Path file : Distribution.caches(copy)) {
      Files.writeString(file, "no cache at all");
    }
    Result result = Cli.of(copy.resolve("bin/cp"), folder).run("help", "exit-codes");
    assertEquals(new Result(0, result.stdout(), ""), result);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "xx_XX.UTF-8"})
  void opensFilesWithAnyNameInLocalesThatHaveNone(String locale) throws IOException {
    Files.writeString(folder.resolve("modèle-模型.gguf"), "no model");
    for (String variable : List.of("LANG", "LC_ALL", "LC_CTYPE")) {
      Result result =
          Cli.cp(folder)
              .withoutEnv("LANG")
              .env(variable, locale)
              .run("gguf", "info", "modèle-模型.gguf");
      assertEquals(2, result.exitCode(), result.stderr());
      assertTrue(result.stderr().contains("modèle-模型.gguf"), result.stderr());
    }
  }

  @Test
  void knowsWhichStreamsAreATerminal() {
    assertTrue(Cli.cp(folder).runOnTerminal("--help").stdout().contains("\u001b["));
    Result error = Cli.cp(folder).runOnTerminal("gguf", "info", "missing.gguf");
    assertEquals(4, error.exitCode());
    assertTrue(error.stdout().contains("\u001b["), error.stdout());
    assertFalse(Cli.cp(folder).run("--help").stdout().contains("\u001b["));
  }
}
