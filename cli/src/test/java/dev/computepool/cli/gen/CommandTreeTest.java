package dev.computepool.cli.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.cli.gen.CommandTree.Argument;
import dev.computepool.cli.gen.CommandTree.Note;
import dev.computepool.cli.gen.CommandTree.Option;
import dev.computepool.cli.gen.Values.Anything;
import dev.computepool.cli.gen.Values.Commands;
import dev.computepool.cli.gen.Values.Files;
import dev.computepool.cli.gen.Values.Folders;
import dev.computepool.cli.gen.Values.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandTreeTest {
  @Test
  void knowsWhatEachOptionTakes() {
    Map<List<String>, Values> values = new LinkedHashMap<>();
    Sample.command("shard", "split").options().forEach(o -> values.put(o.names(), o.values()));
    Map<List<String>, Values> expected = new LinkedHashMap<>();
    expected.put(List.of("-o", "--output"), new Folders());
    expected.put(List.of("--kind"), new Words(List.of("q4_k", "f16")));
    expected.put(List.of("--messages"), new Files(List.of("json", "jsonl")));
    expected.put(List.of("--log"), new Files(List.of()));
    expected.put(List.of("--id"), new Anything());
    expected.put(List.of("--each"), new Anything());
    expected.put(List.of("--link", "--no-link"), new Anything());
    assertEquals(expected, values);
  }

  @Test
  void separatesTheOptionsOfEveryCommand() {
    List<String> names =
        Sample.command("shard", "serve").global().stream().map(o -> o.names().getLast()).toList();
    assertEquals(
        List.of("--help", "--json", "--quiet", "--verbose", "--progress", "--color", "--offline"),
        names);
    assertEquals(List.of(), Sample.command("shard", "serve").options());
  }

  @Test
  void readsArgumentsInTheirOrder() {
    assertEquals(
        List.of(
            new Argument("NAME", true, false, "What to call them.", new Anything()),
            new Argument("DIR...", false, true, "Where they are.", new Folders())),
        Sample.command("shard", "serve").arguments());
    assertEquals(
        List.of(
            new Argument(
                "COMMAND",
                false,
                true,
                "A command or a topic.",
                new Commands(List.of("exit-codes", "shard")))),
        Sample.command("help").arguments());
  }

  @Test
  void topicsThatAreCommandsAreNamedOnce() {
    assertEquals(List.of("exit-codes"), Sample.tree().topics());
  }

  @Test
  void keepsExamplesAsTheyAreTyped() {
    assertEquals(
        List.of(
            new Note(
                "Examples", List.of("cp shard split Model.gguf -o shards", "  --size 50% # half"))),
        Sample.command("shard", "split").notes());
  }

  @Test
  void tellsOptionsApartByWhatTheyAllow() {
    Option each =
        Sample.command("shard", "split").options().stream()
            .filter(o -> o.names().contains("--each"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        new Option(
            List.of("--each"), "N", false, false, true, "Again and again.", null, new Anything()),
        each);
  }

  @Test
  void refusesWordsThatAShellWouldTakeApart() {
    assertThrows(IllegalArgumentException.class, () -> new Words(List.of("$(reboot)")));
  }
}
