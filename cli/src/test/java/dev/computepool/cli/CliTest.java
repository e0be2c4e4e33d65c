package dev.computepool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.cli.CliRunner.Result;
import dev.computepool.cli.CommandCatalog.Entry;
import dev.computepool.cli.CommandCatalog.Group;
import dev.computepool.cli.CommandCatalog.Leaf;
import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.term.Terminal;
import java.io.OutputStream;
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
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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
          computepool config get shard.size
        """;
    assertEquals(new Result(0, expected, ""), cli.run("config", "get", "--help"));
    assertEquals(new Result(0, expected, ""), cli.run("help", "config", "get"));
    assertTrue(
        cli.run("help", "config", "get", "--json")
            .stdout()
            .startsWith(
                """
                {
                  "command": [
                    "config",
                    "get"
                  ],
                  "help": "Usage: computepool config get [OPTIONS] KEY\\nPrint\
                """),
        expected);
    assertTrue(
        cli.named("cp")
            .run("help", "config", "get")
            .stdout()
            .endsWith("\n  cp config get shard.size\n"));
  }

  @Test
  void theUsageHasWhatMustBeThere() {
    assertTrue(
        cli.run("help", "convert")
            .stdout()
            .startsWith("Usage: computepool convert -o OUT.gguf [OPTIONS] DIR\n"));
    assertTrue(
        cli.run("help", "train", "merge")
            .stdout()
            .startsWith("Usage: computepool train merge --base=DIR -o DIR [OPTIONS] ADAPTER\n"));
  }

  @Test
  void manyOptionsStandUnderHeadings() {
    assertEquals(
        List.of(
            "Where it goes:",
            "What is made:",
            "How it is done:",
            "On Hugging Face's Hub:",
            "For Ollama:",
            "What the card says:",
            "What computes:",
            "Options of every command:",
            "Examples:"),
        headings("publish"));
    assertEquals(
        List.of(
            "Where pages come from:",
            "How is searched:",
            "What is made of pages:",
            "What is left out:",
            "Questions that a model writes:",
            "How pages are fetched:",
            "What is fetched again:",
            "What may be fetched:",
            "Options of every command:",
            "Examples:"),
        headings("train", "data"));
  }

  private List<String> headings(String... command) {
    List<String> words = new ArrayList<>(List.of("help"));
    words.addAll(List.of(command));
    return cli.run(words.toArray(String[]::new))
        .stdout()
        .lines()
        .filter(line -> line.matches("\\S.*:"))
        .toList();
  }

  @Test
  void theOptionsOfACommandAreFewOrUnderHeadings() {
    for (CommandLine command : everyLine(CommandLines.complete(context()))) {
      List<OptionSpec> own =
          command.getCommandSpec().options().stream()
              .filter(o -> !GlobalOptions.longestNames().contains(o.longestName()))
              .toList();
      long plain = own.stream().filter(o -> OptionHeading.of(o).isEmpty()).count();
      assertTrue(plain <= 20, command.getCommandSpec().qualifiedName() + " has " + plain);
    }
  }

  private Context context() {
    OutputStream nowhere = OutputStream.nullOutputStream();
    return new Context(
        cli.environment(nowhere, nowhere), new Cancellation(), "computepool", List.of());
  }

  private static List<CommandLine> everyLine(CommandLine line) {
    List<CommandLine> all = new ArrayList<>(List.of(line));
    line.getSubcommands().values().forEach(sub -> all.addAll(everyLine(sub)));
    return all;
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
    Result help = cli.named("cp").run(call.toArray(String[]::new));
    String first = "Usage: cp " + String.join(" ", words) + " ";
    assertTrue(help.stdout().startsWith(first), help.stdout());
    assertFits(80, help);
  }

  @Test
  void theHelpOfAllFitsATerminal() {
    assertFits(80, cli.run("--help"));
    assertFits(60, cli.with("COLUMNS", "60").run("--help"));
    assertFits(80, cli.with("COLUMNS", "many").run("--help"));
  }

  private static void assertFits(int width, Result help) {
    assertEquals(new Result(0, help.stdout(), ""), help);
    for (String line : help.stdout().lines().toList()) {
      assertTrue(line.length() <= width, line);
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
    assertEquals(
        usage("unknown command: computepool pub", "did you mean 'computepool publish'?"),
        cli.run("pub"));
    assertEquals(
        usage("unknown command: computepool publish x", "'computepool publish' has no commands"),
        cli.run("help", "publish", "x"));
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
        usage("unknown option: --ori", "did you mean '--origin'?"),
        cli.run("config", "list", "--ori"));
  }

  @Test
  void saysWhereTheOptionsOfEveryCommandStand() {
    assertEquals(
        usage("-q stands too early", "options stand after the command: 'computepool COMMAND … -q'"),
        cli.run("-q", "config", "list"));
    assertEquals(
        usage(
            "--color=never stands too early",
            "options stand after the command: 'computepool config COMMAND … --color=never'"),
        cli.run("config", "--color=never", "list"));
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
  void saysWhatIsNoNumber() {
    assertEquals(
        usage(
            "--seed: 'x' is no whole number", "'computepool gguf sample --help' shows its options"),
        cli.run("gguf", "sample", "a.gguf", "--seed", "x"));
    assertEquals(
        usage(
            "--near-duplicates: 'a.jsonl' is no number",
            "'computepool train check --help' shows its options"),
        cli.run("train", "check", "--near-duplicates", "a.jsonl"));
  }

  @Test
  void saysWhatIsNoPath() {
    assertEquals(
        usage(
            "FILE.gguf: 'a\\x00b' is no path: Nul character not allowed",
            "'computepool gguf info --help' shows its options"),
        cli.run("gguf", "info", "a\0b"));
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
