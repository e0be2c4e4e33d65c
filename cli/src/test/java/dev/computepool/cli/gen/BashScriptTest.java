package dev.computepool.cli.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.cli.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks the script in a real bash what it answers for words as readline hands them over.
class BashScriptTest {
  /// Calls the function that is registered for the program and prints its answers, each ended by
  /// a NUL.
  private static final String ASK =
      """
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
      read -ra spec <<<"$(complete -p "${1##*/}")"
      for ((i = 0; i < ${#spec[@]}; i++)); do
        [[ ${spec[i]} == -F ]] && answer=${spec[i + 1]}
      done
      "$answer" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      ((${#COMPREPLY[@]})) && printf '%s\\0' "${COMPREPLY[@]}"
      exit 0
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Tool.require("bash");
    Files.writeString(folder.resolve("script"), Shell.BASH.script(Sample.tree()));
    Files.createDirectories(folder.resolve("w/a dir"));
    for (String name :
        List.of(
            "my model.gguf", "it's $x.GGUF", "notes.txt", "t.json", "a dir/in.gguf", "x=y.gguf")) {
      Files.createFile(folder.resolve("w").resolve(name));
    }
    Files.createDirectories(folder.resolve("w/~"));
    Files.createFile(folder.resolve("home.gguf"));
  }

  private List<String> complete(String... words) throws IOException, InterruptedException {
    return completeAfter("", words);
  }

  private List<String> completeAfter(String before, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c"));
    command.add("set -u; cd w; " + before + "\n. ../script\nset +u\nHOME=" + folder + "\n" + ASK);
    command.add("bash");
    command.addAll(List.of(words));
    Tool.Result result = Tool.run(folder, command);
    // Without a line editor there is nothing whose options could change.
    assertEquals("", result.stderr().replaceAll("(?m)^.*compopt: .*\\n", ""), "stderr");
    return result.stdout().isEmpty()
        ? List.of()
        : Arrays.stream(result.stdout().split("\0", -1)).filter(s -> !s.isEmpty()).toList();
  }

  @Test
  void completesCommandsAndTheirOptions() throws Exception {
    assertEquals(List.of("shard", "help"), complete("computepool", ""));
    assertEquals(List.of("split", "serve"), complete("computepool", "shard", "s"));
    assertEquals(List.of("-h", "--help"), complete("computepool", "shard", "-"));
    assertEquals(
        List.of("--help", "--json", "--quiet", "--verbose", "--offline", "--progress", "--color"),
        complete("computepool", "shard", "serve", "--"));
    assertEquals(List.of("--link", "--log"), complete("computepool", "shard", "split", "--l"));
    assertEquals(List.of(), complete("computepool", "nothing", ""));
  }

  @Test
  void completesValuesAfterASpaceOrAnEqualsSign() throws Exception {
    assertEquals(List.of("q4_k", "f16"), complete("computepool", "shard", "split", "--kind", ""));
    assertEquals(List.of("f16"), complete("computepool", "shard", "split", "--kind", "=", "f"));
    assertEquals(List.of("q4_k", "f16"), complete("computepool", "shard", "split", "--kind", "="));
    assertEquals(List.of("--kind=f16"), complete("computepool", "shard", "split", "--kind=f"));
    assertEquals(List.of(), complete("computepool", "shard", "split", "--id", ""));
    assertEquals(List.of("always"), complete("computepool", "shard", "split", "--color", "al"));
  }

  @Test
  void offersFilesThatFitAndEveryFolder() throws Exception {
    assertEquals(
        List.of("a dir", "it's $x.GGUF", "my model.gguf", "x=y.gguf", "~"),
        complete("computepool", "shard", "split", ""));
    assertEquals(
        List.of("a dir", "t.json", "~"),
        complete("computepool", "shard", "split", "--messages", ""));
    assertEquals(List.of("a dir", "~"), complete("computepool", "shard", "split", "-o", ""));
    assertEquals(List.of("notes.txt"), complete("computepool", "shard", "split", "--log", "n"));
  }

  @Test
  void offersOtherFilesOnlyWhereNoneFits() throws Exception {
    assertEquals(List.of("notes.txt"), complete("computepool", "shard", "split", "n"));
    assertEquals(List.of(), complete("computepool", "shard", "split", "-o", "n"));
  }

  @Test
  void understandsNamesThatAreQuoted() throws Exception {
    assertEquals(List.of("my model.gguf"), complete("computepool", "shard", "split", "my\\ m"));
    assertEquals(List.of("my model.gguf"), complete("computepool", "shard", "split", "\"my m"));
    assertEquals(
        List.of("it's $x.GGUF"), complete("computepool", "shard", "split", "it\\'s\\ \\$"));
    assertEquals(List.of("a dir/in.gguf"), complete("computepool", "shard", "split", "'a dir/"));
    assertEquals(
        List.of("a dir"), complete("computepool", "shard", "split", "--output", "=", "a\\ "));
  }

  @Test
  void answersOnlyWhatFollowsTheLastEqualsSign() throws Exception {
    assertEquals(List.of("y.gguf"), complete("computepool", "shard", "split", "x", "=", "y"));
  }

  @Test
  void keepsTheTilde() throws Exception {
    assertEquals(List.of("~/home.gguf"), complete("computepool", "shard", "split", "~/h"));
    assertEquals(List.of("~"), complete("computepool", "shard", "split", "\"~"));
  }

  @Test
  void countsArguments() throws Exception {
    assertEquals(List.of(), complete("computepool", "shard", "split", "m.gguf", ""));
    assertEquals(List.of(), complete("computepool", "shard", "serve", ""));
    assertEquals(List.of("a dir", "~"), complete("computepool", "shard", "serve", "n", ""));
    assertEquals(
        List.of("a dir", "~"), complete("computepool", "shard", "serve", "n", "d", "e", ""));
    assertEquals(
        List.of("a dir", "~"),
        complete("computepool", "shard", "serve", "-v", "--color", "always", "n", ""));
    assertEquals(List.of(), complete("computepool", "shard", "serve", "--", "-"));
  }

  @Test
  void completesWhatHelpExplains() throws Exception {
    assertEquals(List.of("shard", "help", "exit-codes"), complete("computepool", "help", ""));
    assertEquals(List.of("split", "serve"), complete("computepool", "help", "shard", ""));
    assertEquals(List.of(), complete("computepool", "help", "help", ""));
  }

  @Test
  void cpBeginsWithACommandOrAFile() throws Exception {
    assertEquals(
        List.of(
            "a dir",
            "it's $x.GGUF",
            "my model.gguf",
            "notes.txt",
            "t.json",
            "x=y.gguf",
            "~",
            "shard",
            "help"),
        complete("cp", ""));
    assertEquals(List.of("shard"), complete("cp", "sh"));
    assertEquals(List.of("split", "serve"), complete("cp", "shard", ""));
  }

  @Test
  void leavesOtherCallsOfCpToTheShell() throws Exception {
    assertEquals(List.of(), complete("cp", "notes.txt", ""));
    assertEquals(List.of(), complete("cp", "-r", "sh"));
    assertEquals(List.of(), complete("/bin/cp", "sh"));
  }

  @Test
  void leavesOtherCallsOfCpToItsEarlierCompletion() throws Exception {
    String earlier = "_earlier() { COMPREPLY=(\"$1 $2 $3\"); }; complete -F _earlier cp;";
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String name : List.of("cp", "computepool")) {
      Files.createFile(bin.resolve(name)).toFile().setExecutable(true);
    }
    // The first cp on the path is ours: whatever asks it for its options would start Java.
    String path = "PATH=" + bin + ":/bin:/usr/bin;";
    assertEquals(List.of("/bin/cp no t.txt"), completeAfter(earlier + path, "cp", "t.txt", "no"));
    assertEquals(List.of("/bin/cp --h cp", "--help"), completeAfter(earlier + path, "cp", "--h"));
    assertEquals(List.of("/bin/cp sh cp", "shard"), completeAfter(earlier + path, "cp", "sh"));
    assertEquals(List.of("split", "serve"), completeAfter(earlier + path, "cp", "shard", "s"));
  }

  @Test
  void readTwiceItStillKnowsTheEarlierCompletion() throws Exception {
    String earlier = "_earlier() { COMPREPLY=(earlier); }; complete -F _earlier cp;. ../script;";
    assertEquals(List.of("earlier"), completeAfter(earlier, "cp", "t.txt", "no"));
  }

  @Test
  void completesTheProgramItself() throws Exception {
    Files.writeString(folder.resolve("script"), Shell.BASH.script());
    assertEquals(List.of("quickstart", "quantize"), complete("computepool", "qu"));
    assertEquals(
        List.of("--quant", "--quiet"),
        complete("cp", "publish", "--qu").stream().sorted().toList());
    assertEquals(List.of("q4_k_m"), complete("cp", "publish", "--quant", "q4_k_m"));
    assertEquals(List.of("a dir", "~"), complete("cp", "shard", "verify", ""));
    assertEquals(List.of("shard.size"), complete("cp", "config", "get", "sh"));
    assertEquals(List.of("always"), complete("cp", "help", "--color", "al"));
  }

  @Test
  void leavesTheOptionsOfTheShellAsTheyWere() throws Exception {
    Tool.Result result =
        Tool.run(
            folder,
            List.of(
                "bash",
                "--norc",
                "-c",
                """
                . ./script
                before=$(shopt -p; set +o)
                COMP_WORDS=(computepool shard split n) COMP_CWORD=3
                _computepool computepool n split
                [[ $before == "$(shopt -p; set +o)" ]] && echo same
                """));
    assertEquals("same\n", result.stdout());
  }
}
