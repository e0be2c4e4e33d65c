package dev.computepool.cli.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.cli.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks a real fish what it offers for a line once it has read the script.
class FishScriptTest {
  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Tool.require("fish");
    Files.writeString(folder.resolve("script"), Shell.FISH.script(Sample.tree()));
    Files.createDirectories(folder.resolve("w/a dir"));
    for (String name :
        List.of("my model.gguf", "it's $x.GGUF", "notes.txt", "t.json", "a dir/in.gguf")) {
      Files.createFile(folder.resolve("w").resolve(name));
    }
    Files.createDirectories(folder.resolve("system"));
    Files.writeString(
        folder.resolve("system/cp.fish"),
        """
        cp --version >/dev/null; and complete -c cp -l recursive -d 'Copy folders'
        """);
  }

  /// What is offered, each with its description behind a tab, in the order of the alphabet.
  private List<String> offered(String line) throws IOException, InterruptedException {
    return offeredWith("", line);
  }

  private List<String> offeredWith(String before, String line)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("fish", "--no-config", "-c"));
    command.add(
        "set fish_complete_path $PWD/system; "
            + before
            + "; cd w; source ../script; complete -C $argv[1]");
    command.add(line);
    Tool.Result result = Tool.run(folder, command);
    assertEquals("", result.stderr(), "stderr");
    return result.stdout().lines().sorted().toList();
  }

  private List<String> words(String line) throws IOException, InterruptedException {
    return offered(line).stream().map(l -> l.split("\t", 2)[0]).toList();
  }

  @Test
  void completesCommandsWithWhatTheyDo() throws Exception {
    assertEquals(List.of("help\tExplain a command", "shard\tCut models"), offered("computepool "));
    assertEquals(
        List.of("serve\tLook at many", "split\tCut a [model] in two: it's \\quick\\"),
        offered("computepool shard s"));
    assertEquals(List.of(), offered("computepool nothing "));
  }

  @Test
  void completesOptionsOfTheCommandThatIsCalled() throws Exception {
    assertEquals(
        List.of("--link\tLink it, do not copy", "--log\tAny file"),
        offered("computepool shard split --l"));
    assertEquals(
        List.of("--color", "--help", "--json", "--offline", "--progress", "--quiet", "--verbose"),
        words("computepool shard serve --"));
    assertEquals(
        List.of("-h\tShow help", "--help\tShow help").stream().sorted().toList(),
        offered("computepool shard -"));
  }

  @Test
  void completesValuesAfterASpaceOrAnEqualsSign() throws Exception {
    assertEquals(List.of("f16", "q4_k"), words("computepool shard split --kind "));
    assertEquals(List.of("--kind=f16"), words("computepool shard split --kind=f"));
    assertEquals(List.of(), words("computepool shard split --id "));
  }

  @Test
  void offersFilesThatFitAndEveryFolder() throws Exception {
    assertEquals(
        List.of("a dir/", "it's $x.GGUF", "my model.gguf"), words("computepool shard split "));
    assertEquals(List.of("a dir/", "t.json"), words("computepool shard split --messages "));
    assertEquals(List.of("a dir/"), words("computepool shard split -o "));
    assertEquals(List.of("notes.txt"), words("computepool shard split --log no"));
    assertEquals(List.of("--messages=t.json"), words("computepool shard split --messages=t"));
  }

  @Test
  void offersOtherFilesOnlyWhereNoneFits() throws Exception {
    assertEquals(List.of("notes.txt"), words("computepool shard split not"));
    assertEquals(List.of(), words("computepool shard split -o not"));
  }

  @Test
  void understandsNamesThatAreQuoted() throws Exception {
    assertEquals(List.of("my model.gguf"), words("computepool shard split my\\ m"));
    assertEquals(List.of("a dir/in.gguf"), words("computepool shard split 'a dir/'"));
  }

  @Test
  void countsArguments() throws Exception {
    assertEquals(List.of(), words("computepool shard split m.gguf "));
    assertEquals(List.of(), words("computepool shard serve "));
    assertEquals(List.of("a dir/"), words("computepool shard serve n "));
    assertEquals(List.of("a dir/"), words("computepool shard serve -v --color always n d e "));
  }

  @Test
  void completesWhatHelpExplains() throws Exception {
    assertEquals(List.of("exit-codes", "help", "shard"), words("computepool help "));
    assertEquals(List.of("serve", "split"), words("computepool help shard "));
    assertEquals(List.of(), words("computepool help help "));
  }

  @Test
  void cpBeginsWithACommandOrAFile() throws Exception {
    assertEquals(
        List.of("help", "notes.txt", "shard"),
        words("cp ").stream()
            .filter(w -> List.of("help", "notes.txt", "shard").contains(w))
            .toList());
    assertEquals(List.of("shard\tCut models"), offered("cp shar"));
    assertEquals(List.of("serve", "split"), words("cp shard "));
    assertEquals(List.of("--link", "--log"), words("cp shard split --l"));
  }

  @Test
  void leavesOtherCallsOfCpToFish() throws Exception {
    assertEquals(List.of("--recursive\tCopy folders"), offered("cp --rec"));
    assertEquals(List.of("--recursive\tCopy folders"), offered("cp t.json --rec"));
    assertEquals(List.of("notes.txt"), words("cp t.json not"));
    assertEquals(List.of(), words("cp -r shar"));
    assertEquals(List.of(), words("/bin/cp shar"));
    assertEquals(List.of(), words("cp shard split --rec"));
  }

  @Test
  void fishDoesNotAskOurCpWhichOneItIs() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String name : List.of("cp", "computepool")) {
      Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\necho called >../called\n");
      program.toFile().setExecutable(true);
    }
    assertEquals(
        List.of("--recursive\tCopy folders"), offeredWith("set PATH $PWD/bin $PATH", "cp --rec"));
    assertEquals(false, Files.exists(folder.resolve("called")), "our cp was called");
  }

  @Test
  void completesTheProgramItself() throws Exception {
    Files.writeString(folder.resolve("script"), Shell.FISH.script());
    assertEquals(List.of("quantize", "quickstart"), words("computepool qu"));
    assertEquals(List.of("--quant", "--quiet"), words("cp publish --qu"));
    assertEquals(List.of("q4_k_m"), words("cp publish --quant q4_k_m"));
    assertEquals(List.of("a dir/"), words("cp shard verify "));
    assertEquals(List.of("shard.size"), words("cp config get sh"));
  }

  @Test
  void readTwiceItOffersTheSame() throws Exception {
    String twice = "cd w; source ../script; cd ..";
    assertEquals(List.of("--recursive\tCopy folders"), offeredWith(twice, "cp --rec"));
    assertEquals(List.of("shard\tCut models"), offeredWith(twice, "cp shar"));
  }
}
