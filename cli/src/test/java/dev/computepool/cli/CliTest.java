package dev.computepool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.cli.CliRunner.Result;
import dev.computepool.cli.CommandCatalog.Entry;
import dev.computepool.cli.CommandCatalog.Group;
import dev.computepool.cli.CommandCatalog.Leaf;
import dev.computepool.cli.term.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  @TempDir Path folder;
  private CliRunner cli;

  @BeforeEach
  void inAnEmptyFolder() {
    cli = new CliRunner(folder);
  }

  private static Result usage(String error, String hint) {
    return new Result(2, "", "error: " + error + "\nhint: " + hint + "\n");
  }

  @Test
  void helpNamesEveryCommand() {
    Result help = cli.run("--help");
    assertEquals(0, help.code());
    assertEquals("", help.stderr());
    assertTrue(
        help.stdout()
            .startsWith(
                """
                Usage: computepool COMMAND [OPTIONS]
                Share, train and publish language models on hardware you own.

                  -h, --help      Show this help and exit.
                """),
        help.stdout());
    for (Entry entry : CommandCatalog.entries()) {
      assertTrue(
          help.stdout()
              .lines()
              .anyMatch(
                  l -> l.matches("  " + entry.name() + " +\\Q" + entry.description() + "\\E")),
          entry + " in\n" + help.stdout());
    }
    assertTrue(
        help.stdout()
            .endsWith(
                """

                'computepool help COMMAND' explains a command, 'computepool help exit-codes'
                and 'computepool help config' the rest.
                """),
        help.stdout());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void thereAreSeveralWaysToTheHelp(String word) {
    assertEquals(cli.run(), cli.run(word));
    assertEquals(0, cli.run(word).code());
  }

  @Test
  void helpSpeaksOfTheNameThatWasCalled() {
    assertTrue(cli.named("cp").run().stdout().startsWith("Usage: cp COMMAND [OPTIONS]\n"));
    assertEquals(usage("unknown command: cp nothing", knownHere()), cli.named("cp").run("nothing"));
  }

  private static String knownHere() {
    return "known here: "
        + String.join(", ", CommandCatalog.entries().stream().map(Entry::name).toList());
  }

  @Test
  void aGroupExplainsItself() {
    String expected =
        """
        Usage: computepool config COMMAND [OPTIONS]
        Show and change settings.

          -h, --help   Show this help and exit.

        Commands:
          list  Show every setting and where it came from.
          get   Print one setting.
          set   Write one setting to a file.
        """;
    assertEquals(new Result(0, expected, ""), cli.run("config", "--help"));
    assertEquals(new Result(0, expected, ""), cli.run("config", "-h"));
    assertEquals(new Result(2, "", expected), cli.run("config"));
  }

  @Test
  void aCommandExplainsItself() {
    String expected =
        """
        Usage: computepool config get [OPTIONS] KEY
        Print one setting.

              KEY               A setting, such as shard.size.

        Options of every command:
          -h, --help            Show this help and exit.
              --json            Print the result as one JSON document.
          -q, --quiet           Only results, warnings and errors.
          -v, --verbose         More detail; twice for stack traces.
              --progress=WHEN   Progress as a bar or lines (auto), plain lines, or none.
              --color=WHEN      Colour: auto, always or never.
              --offline         Never use the network; what needs it fails at once.

        Example:
          cp config get shard.size
        """;
    assertEquals(new Result(0, expected, ""), cli.run("config", "get", "--help"));
    assertEquals(new Result(0, expected, ""), cli.run("help", "config", "get"));
  }

  static Stream<List<String>> everyCommand() {
    List<List<String>> commands = new ArrayList<>();
    for (Entry entry : CommandCatalog.entries()) {
      switch (entry) {
        case Leaf leaf -> commands.add(List.of(leaf.name()));
        case Group group -> {
          commands.add(List.of(group.name()));
          group.leaves().forEach(leaf -> commands.add(List.of(group.name(), leaf.name())));
        }
      }
    }
    return commands.stream();
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void everyCommandHasHelpThatFitsATerminal(List<String> words) {
    List<String> call = new ArrayList<>(words);
    call.add("--help");
    Result help = cli.run(call.toArray(String[]::new));
    assertEquals(0, help.code(), help.stderr());
    assertEquals("", help.stderr());
    String first = "Usage: computepool " + String.join(" ", words) + " ";
    assertTrue(help.stdout().startsWith(first), help.stdout());
    for (String line : help.stdout().lines().toList()) {
      assertTrue(line.length() <= 80, line);
      assertEquals(line.stripTrailing(), line);
    }
  }

  @Test
  void helpIsNoWiderThanItReadsWell() {
    // The terminal's width cannot be asked here: it counts as 80 columns.
    Result help = cli.on(new Terminal(false, true, false)).run("config", "get", "--help");
    assertEquals(0, help.code());
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    assertEquals(
        usage("unknown command: computepool confg", "did you mean 'computepool config'?"),
        cli.run("confg"));
    assertEquals(
        usage(
            "unknown command: computepool config lsit", "did you mean 'computepool config list'?"),
        cli.run("config", "lsit"));
    assertEquals(
        usage("unknown command: computepool CONFIG", "did you mean 'computepool config'?"),
        cli.run("CONFIG"));
    assertEquals(
        usage("unknown command: computepool config nothing", "known here: list, get, set"),
        cli.run("config", "nothing"));
    assertEquals(
        usage("unknown command: computepool config lst", "did you mean 'computepool config list'?"),
        cli.run("help", "config", "lst"));
  }

  @Test
  void suggestsTheOptionThatWasMeant() {
    assertEquals(
        usage("unknown option: --orign", "did you mean '--origin'?"),
        cli.run("config", "list", "--orign"));
    assertEquals(
        usage("unknown option: --colour=always", "did you mean '--color'?"),
        cli.run("config", "list", "--colour=always"));
    assertEquals(
        usage("unknown option: --zzzzzz", "'computepool config list --help' shows its options"),
        cli.run("config", "list", "--zzzzzz"));
    assertEquals(
        usage("unknown option: -z", "'computepool config list --help' shows its options"),
        cli.run("config", "list", "-z"));
  }

  @Test
  void abbreviationsAreNoOptions() {
    assertEquals(
        usage("unknown option: --ori", "did you mean '--origin'?").code(),
        cli.run("config", "list", "--ori").code());
  }

  @Test
  void namesValuesThatAreWrongAndWhatIsRight() {
    String help = "'computepool config list --help' shows its options";
    assertEquals(
        usage("--color: 'blue' is none of auto, always, never", help),
        cli.run("config", "list", "--color", "blue"));
    assertEquals(
        usage("missing required parameter for option '--color' (WHEN)", help),
        cli.run("config", "list", "--color"));
    assertEquals(
        usage("option '--color' (WHEN) should be specified only once", help),
        cli.run("config", "list", "--color=never", "--color=never"));
    assertEquals(usage("unexpected argument: more", help), cli.run("config", "list", "more"));
    assertEquals(
        usage(
            "missing required parameters: 'KEY', 'VALUE'",
            "'computepool config set --help' shows its options"),
        cli.run("config", "set"));
  }

  @Test
  void namesOfTypesAreReadInEitherCase() {
    assertEquals(0, cli.run("config", "list", "--color=NEVER", "--progress", "Plain").code());
  }

  @Test
  void anArgumentMayLookLikeAListOfArguments() throws Exception {
    Files.writeString(folder.resolve("list"), "shard.size");
    Result result = cli.run("config", "get", "@" + folder.resolve("list"));
    assertEquals(
        usage("unknown setting: @" + folder.resolve("list"), "'help config' lists them"), result);
  }

  @Test
  void whatFollowsTwoDashesIsNoOption() {
    assertEquals(
        usage("unknown setting: --json", "'help config' lists them"),
        cli.run("config", "get", "--", "--json"));
  }

  @Test
  void versionIsOneLine() {
    String line = "computepool " + Version.CURRENT + "\n";
    assertEquals(new Result(0, line, ""), cli.run("--version"));
    assertEquals(new Result(0, line, ""), cli.run("-V"));
    Result verbose = cli.run("--version", "-v");
    assertEquals(0, verbose.code());
    assertTrue(verbose.stdout().startsWith(line), verbose.stdout());
    assertTrue(
        verbose.stdout().contains(System.getProperty("java.runtime.version")), verbose.stdout());
    Result json = cli.run("--version", "--json");
    assertTrue(
        json.stdout().startsWith("{\n  \"version\": \"" + Version.CURRENT + "\",\n  \"java\": \""),
        json.stdout());
    assertEquals(
        new Result(2, "", "error: '--nothing' does not go with --version\n"),
        cli.run("--version", "--nothing"));
  }

  @Test
  void tellsTheLauncherItsWords() {
    Result words = cli.run("__words");
    assertEquals(0, words.code());
    assertTrue(words.stdout().contains("config: list get set\n"), words.stdout());
    assertTrue(words.stdout().contains("help:\n"), words.stdout());
    assertEquals(CommandCatalog.entries().size(), words.stdout().lines().count());
  }

  @Test
  void helpExplainsTheExitCodes() {
    assertEquals(
        new Result(
            0,
            """
            code  meaning
               0  done
               1  the operation failed
               2  wrong usage or invalid input file
               3  verification failed: corrupt or tampered data
               4  not found
               5  not authorised
               6  network or remote service failed after retries
               7  out of disk space or memory
             130  interrupted

            Of several problems the smallest code above 1 counts. A closed pipe is no failure.
            """,
            ""),
        cli.run("help", "exit-codes"));
    assertTrue(
        cli.run("help", "exit-codes", "--json")
            .stdout()
            .startsWith(
                """
                {
                  "exit_codes": [
                    {
                      "code": 0,
                      "meaning": "done"
                    },
                """));
  }

  @Test
  void noTwoCommandsHaveOneName() {
    List<String> names = everyCommand().map(words -> String.join(" ", words)).toList();
    assertEquals(names.stream().distinct().toList(), names);
  }
}
