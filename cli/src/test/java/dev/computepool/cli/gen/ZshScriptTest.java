package dev.computepool.cli.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.cli.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the script in a real zsh without a line editor: what it would hand to zsh's own completion
/// functions is printed instead.
class ZshScriptTest {
  private static final String RECORD =
      """
      setopt extended_glob
      compdef() { print -r -- "compdef $@" }
      _arguments() { print -rl -- "_arguments" "$@" }
      _describe() {
        local list
        for list in "${@[4,-1]}"; do
          [[ $list == -- ]] || print -rl -- ${(P)list}
        done
      }
      _files() { print -r -- "_files $@" }
      _cp() { print -r -- "_cp $words" }
      words=("$@") CURRENT=$# PREFIX=${@[$#]} curcontext=:complete:$1:
      source ../script
      _computepool
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeScript() throws IOException {
    Tool.require("zsh");
    Files.writeString(folder.resolve("script"), Shell.ZSH.script(Sample.tree()));
    Files.createDirectories(folder.resolve("w"));
  }

  private List<String> handedOver(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("zsh", "-f", "-c", "cd w\n" + RECORD, "zsh"));
    command.addAll(List.of(words));
    Tool.Result result = Tool.run(folder, command);
    assertEquals("", result.stderr(), "stderr");
    List<String> lines = result.stdout().lines().toList();
    assertEquals("compdef _computepool computepool cp", lines.getFirst());
    return lines.subList(1, lines.size());
  }

  @Test
  void describesCommands() throws Exception {
    List<String> commands = List.of("shard:Cut models", "help:Explain a command");
    assertEquals(commands, handedOver("computepool", ""));
    assertEquals(
        List.of("split:Cut a [model] in two: it's \\\\quick\\\\", "serve:Look at many"),
        handedOver("computepool", "shard", ""));
    assertEquals(List.of(), handedOver("computepool", "nothing", ""));
  }

  @Test
  void handsOptionsAndArgumentsOver() throws Exception {
    List<String> expected = new ArrayList<>();
    expected.addAll(
        List.of(
            "_arguments",
            "-S",
            "-s",
            "(-o --output)-o+[Where to write]:DIR:_files -/",
            "(-o --output)--output=[Where to write]:DIR:_files -/",
            "--kind=[What to write]:KIND:(q4_k f16)",
            "--messages=[Texts]:FILE.json|FILE.jsonl:_files -g \"(#i)*.(json|jsonl)(-.)\"",
            "--log=[Any file]:FILE:_files",
            "--id=[Nobody knows]:ID: ",
            "*--each=[Again and again]:N: ",
            "(--link --no-link)--link[Link it, do not copy]",
            "(--link --no-link)--no-link[Link it, do not copy]",
            "1:MODEL.gguf:_files -g \"(#i)*.(gguf)(-.)\""));
    expected.addAll(GLOBAL);
    assertEquals(expected, handedOver("computepool", "shard", "split", "-o", ""));
  }

  private static final List<String> GLOBAL =
      List.of(
          "(- *)-h[Show this help and exit]",
          "(- *)--help[Show this help and exit]",
          "--json[Print the result as one JSON document]",
          "(-q --quiet)-q[Only results, warnings and errors]",
          "(-q --quiet)--quiet[Only results, warnings and errors]",
          "*-v[More detail; twice for stack traces]",
          "*--verbose[More detail; twice for stack traces]",
          "--progress=[Progress as a bar or lines (auto), plain lines, or none]"
              + ":WHEN:(auto plain none)",
          "--color=[Colour: auto, always or never]:WHEN:(auto always never)",
          "--offline[Never use the network; what needs it fails at once]");

  @Test
  void completesTheProgramItself() throws Exception {
    Files.writeString(folder.resolve("script"), Shell.ZSH.script());
    assertEquals(
        "split:Split a GGUF model into layer-aligned, hashed shards",
        handedOver("cp", "shard", "").getFirst());
    List<String> publish = handedOver("computepool", "publish", "--qu");
    assertTrue(publish.stream().anyMatch(l -> l.startsWith("*--quant=[")), publish.toString());
  }

  @Test
  void repeatsTheLastArgument() throws Exception {
    assertEquals(
        List.of("1:NAME: ", "*:DIR...:_files -/"),
        handedOver("cp", "shard", "serve", "").subList(3, 5));
  }

  @Test
  void cpBeginsWithACommandOrIsTheSystems() throws Exception {
    List<String> first = handedOver("cp", "");
    assertEquals(List.of("shard:Cut models", "help:Explain a command"), first.subList(0, 2));
    assertEquals(3, first.size());
    assertEquals("_cp ", first.getLast().substring(0, 4));
    assertEquals(
        List.of("split:Cut a [model] in two: it's \\\\quick\\\\", "serve:Look at many"),
        handedOver("cp", "shard", ""));
  }

  @Test
  void zshDoesNotAskOurCpWhichOneItIs() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String name : List.of("cp", "computepool")) {
      Files.createFile(bin.resolve(name)).toFile().setExecutable(true);
    }
    Tool.Result result =
        Tool.run(
            folder,
            List.of(
                "zsh",
                "-f",
                "-c",
                "cd w\npath=($PWD/../bin /bin)\n" + RECORD,
                "zsh",
                "cp",
                "a",
                ""));
    assertEquals("compdef _computepool computepool cp\n_cp /bin/cp a \n", result.stdout());
    assertEquals(List.of("_cp /bin/cp sh"), lastLine(handedOverIn("path=(/bin)", "/bin/cp", "sh")));
  }

  private List<String> handedOverIn(String before, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("zsh", "-f", "-c", "cd w\n" + before + "\n" + RECORD, "zsh"));
    command.addAll(List.of(words));
    return Tool.run(folder, command).stdout().lines().toList();
  }

  private static List<String> lastLine(List<String> lines) {
    return lines.subList(lines.size() - 1, lines.size());
  }

  @Test
  void completesWhatHelpExplains() throws Exception {
    assertEquals(
        List.of("*:COMMAND: __computepool_help"), handedOver("cp", "help", "").subList(3, 4));
    List<String> command =
        List.of(
            "zsh",
            "-f",
            "-c",
            "cd w\n"
                + RECORD.replace("_computepool\n", "words=(help shard '') CURRENT=3\n")
                + "__computepool_help; words=(help '') CURRENT=2; __computepool_help",
            "zsh",
            "computepool");
    assertEquals(
        """
        compdef _computepool computepool cp
        split:Cut a [model] in two: it's \\\\quick\\\\
        serve:Look at many
        shard:Cut models
        help:Explain a command
        exit-codes
        """,
        Tool.run(folder, command).stdout());
  }
}
