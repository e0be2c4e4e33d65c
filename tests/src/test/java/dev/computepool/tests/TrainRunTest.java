package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Training by the packaged program, on a tiny model with random weights. Needs PyTorch's library,
/// which the build fetches for Linux on x86-64 alone.
final class TrainRunTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path temporary;
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void prepare() throws IOException {
    cp = Cli.cp(temporary);
    assumeTrue(
        Files.isDirectory(Project.DISTRIBUTION.resolve("lib/torch")),
        "this build has no PyTorch library: training is not tested");
    CountingChats.write(cp, temporary);
    config("epochs: 2");
  }

  private void config(String... training) throws IOException {
    Files.writeString(
        temporary.resolve("computepool.train.yml"),
        """
        name: counting
        base_model: model
        input:
          dataset: data.jsonl
          chat_template: chat.jinja
          validation_split: 0.1
        training:
          learning_rate: 5.0e-3
          batch_size: 4
          gradient_accumulation_steps: 1
          max_seq_len: 128
          log_steps: 1
          threads: 1
          %s
        lora:
          rank: 4
          alpha: 8
          dropout: 0.1
          target_modules: [q_proj, v_proj, down_proj]
        """
            .formatted(String.join("\n  ", training)));
  }

  private Path only(String folder) throws IOException {
    try (Stream<Path> runs = Files.list(temporary.resolve(folder))) {
      return runs.filter(run -> run.getFileName().toString().startsWith("run-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static List<JsonNode> rows(Path run) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  /// The losses, which no two runs of the same configuration may differ in.
  private static List<String> losses(Path run) throws IOException {
    return rows(run).stream()
        .map(row -> row.get("step").asText() + " " + row.get("loss").asText())
        .toList();
  }

  @Test
  void aRunEndsWithAnAdapterThatMergesAndConverts() throws IOException {
    Result run = cp.run("train", "run", "--local", "--json");
    assertEquals(0, run.exitCode(), run.stderr());
    JsonNode ended = JSON.readTree(run.stdout());
    assertEquals("completed", ended.get("status").asText());
    assertEquals(18, ended.get("steps").asInt());
    Path folder = Path.of(ended.get("path").asText());
    List<JsonNode> rows = rows(folder);
    assertEquals(18, rows.size());
    double first = rows.getFirst().get("loss").asDouble();
    double last = rows.getLast().get("loss").asDouble();
    assertTrue(last < first - 0.3, first + " to " + last);
    JsonNode state = JSON.readTree(folder.resolve("run.json").toFile());
    assertEquals(36, state.at("/dataset/training_examples").asInt());
    assertEquals(4, state.at("/dataset/validation_examples").asInt());
    assertTrue(state.at("/best/eval_loss").asDouble() > 0, state.toString());
    assertEquals(0, state.get("exit_code").asInt());
    Path result = Path.of(ended.get("result").asText());
    assertTrue(Files.isRegularFile(result.resolve("tokenizer.json")));
    Result merge = cp.run("train", "merge", result.toString(), "--base", "model", "-o", "merged");
    assertEquals(0, merge.exitCode(), merge.stderr());
    Result convert = cp.run("convert", "merged", "-o", "merged.gguf", "--outtype", "f16");
    assertEquals(0, convert.exitCode(), convert.stderr());
    Result check = cp.run("gguf", "check", "merged.gguf");
    assertEquals(0, check.exitCode(), check.stdout());
    Result again = cp.run("train", "resume", folder.toString());
    assertEquals(2, again.exitCode(), again.stderr());
    assertTrue(again.stderr().contains("came to its end"), again.stderr());
  }

  @Test
  void aKilledRunEndsWithTheSameWeightsAsOneThatWasNot() throws IOException {
    config("epochs: 4", "save_steps: 2");
    assertEquals(0, cp.run("train", "run").exitCode());
    Path whole = only("output");
    Files.move(whole, temporary.resolve("whole"));
    Path folder = killed("step 9 ");
    Result resumed = cp.run("train", "resume", folder.toString());
    assertEquals(0, resumed.exitCode(), resumed.stderr());
    assertTrue(resumed.stderr().contains("going on after step"), resumed.stderr());
    assertEquals(losses(temporary.resolve("whole")), losses(folder));
    String weights = "checkpoint-final/adapter_model.safetensors";
    assertEquals(
        -1, Files.mismatch(temporary.resolve("whole").resolve(weights), folder.resolve(weights)));
  }

  @Test
  void aCheckpointThatLacksAFileIsNamedAndTheOneBeforeItTaken() throws IOException {
    config("epochs: 4", "save_steps: 2");
    Path folder = killed("step 9 ");
    JsonNode state = JSON.readTree(folder.resolve("run.json").toFile());
    Path newest = folder.resolve(state.get("checkpoint").asText());
    Files.delete(newest.resolve("trainer_state.json"));
    Result broken = cp.run("train", "resume", folder.toString());
    assertEquals(2, broken.exitCode(), broken.stderr());
    String told = "the checkpoint " + newest + " is not whole: there is no trainer_state.json";
    assertTrue(broken.stderr().contains("error: " + told), broken.stderr());
    assertTrue(broken.stderr().contains("hint: once its folder is deleted"), broken.stderr());
    assertFalse(broken.stderr().contains("to go on: "), broken.stderr());
    JsonNode status =
        JSON.readTree(cp.run("train", "status", folder.toString(), "--json").stdout());
    assertEquals(told, status.get("reason").asText());
    try (Stream<Path> rest = Files.list(newest)) {
      for (Path file : rest.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(newest);
    Result resumed = cp.run("train", "resume", folder.toString());
    assertEquals(0, resumed.exitCode(), resumed.stderr());
  }

  /// Kills a run once its log says `text`, and before it is over.
  private Path killed(String text) throws IOException {
    Moments.meet(
        () -> {
          Cli.of(Path.of("rm"), temporary).run("-rf", "output");
          return cp.start("train", "run");
        },
        () -> says("output", "run.log", text),
        Running::kill,
        _ -> !says("output", "run.json", "\"status\" : \"running\""));
    return only("output");
  }

  /// Whether a file of the only run in a folder has a text, or is a folder for an empty one.
  private boolean says(String folder, String name, String text) {
    try {
      Path file = only(folder).resolve(name);
      return text.isEmpty() ? Files.isDirectory(file) : Files.readString(file).contains(text);
    } catch (IOException | NoSuchElementException e) {
      return false; // not yet
    }
  }

  @Test
  void ctrlCSavesAndSaysHowToGoOn() throws IOException {
    config("epochs: 100000");
    try (Running running = cp.start("train", "run", "--progress", "plain")) {
      running.awaitStderr("loss");
      running.signal("INT");
      Result result = running.await();
      assertEquals(130, result.exitCode(), result.stderr());
      assertTrue(result.stderr().contains("to go on: cp train resume"), result.stderr());
    }
    Path folder = only("output");
    JsonNode state = JSON.readTree(folder.resolve("run.json").toFile());
    assertEquals("stopped", state.get("status").asText());
    assertTrue(Files.isDirectory(folder.resolve(state.get("checkpoint").asText())));
  }

  /// The process must not end while PyTorch's threads run in it: about every second time it
  /// crashed.
  @Test
  void ctrlCWaitsForABatchThatTakesLong() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(
          "{\"messages\": [{\"role\": \"user\", \"content\": \"Count!\"},"
              + " {\"role\": \"assistant\", \"content\": \"%s\"}]}"
                  .formatted("%d ".formatted(i).repeat(500)));
    }
    Files.write(temporary.resolve("data.jsonl"), lines);
    config("epochs: 200", "eval_steps: 1000");
    Path file = temporary.resolve("computepool.train.yml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("batch_size: 4", "batch_size: 24")
            .replace("max_seq_len: 128", "max_seq_len: 1024"));
    try (Running running = cp.start("train", "run", "--progress", "plain")) {
      running.awaitStderr("step 1 of");
      Thread.sleep(200);
      running.signal("INT");
      Result result = running.await();
      assertEquals(130, result.exitCode(), result.stderr());
      assertTrue(result.stderr().contains("to go on: cp train resume"), result.stderr());
    }
    JsonNode state = JSON.readTree(only("output").resolve("run.json").toFile());
    assertEquals("stopped", state.get("status").asText());
    try (Stream<Path> files = Files.list(temporary)) {
      assertEquals(
          List.of(), files.filter(f -> f.getFileName().toString().startsWith("hs_err")).toList());
    }
  }

  @Test
  void aRunThatGetsNoBetterEndsEarlyAndSaysWhy() throws IOException {
    config("epochs: 100", "eval_steps: 1", "early_stopping_patience: 2", "save_total_limit: 1");
    Result run = cp.run("train", "run", "--json");
    assertEquals(0, run.exitCode(), run.stderr());
    JsonNode ended = JSON.readTree(run.stdout());
    assertEquals("completed", ended.get("status").asText());
    assertEquals(900, ended.get("steps").asInt());
    int step = ended.get("step").asInt();
    int best = ended.at("/best/step").asInt();
    assertTrue(step < 900, "ended at " + step);
    assertEquals(best + 2, step);
    String why =
        "no better validation loss in 2 evaluations; the best is in checkpoint-%d".formatted(best);
    assertEquals(why, ended.get("reason").asText());
    assertTrue(run.stderr().contains(why), run.stderr());
    Path folder = Path.of(ended.get("path").asText());
    assertTrue(Files.isRegularFile(folder.resolve("run.log")));
    assertTrue(Files.readString(folder.resolve("run.log")).endsWith("completed: " + why + "\n"));
    assertTrue(Files.isDirectory(folder.resolve("checkpoint-" + best)), "the best is kept");
    Result again = cp.run("train", "resume", folder.toString());
    assertEquals(2, again.exitCode(), again.stderr());
  }

  @Test
  void whatIsNotKnownIsToldWhenItIsTrained() throws IOException {
    config("max_steps: 1", "learning_rat: 1");
    Result run = cp.run("train", "run", "-q");
    assertEquals(0, run.exitCode(), run.stderr());
    String note =
        "computepool.train.yml at line 15, column 3: training.learning_rat is not known; did you"
            + " mean training.learning_rate?";
    assertEquals("warning: " + note + "\n", run.stderr());
    assertTrue(Files.readString(only("output").resolve("run.log")).contains(note));
  }

  @Test
  void allThatIsWrongIsSaidBeforeAnythingIsTrained() throws IOException {
    Files.delete(temporary.resolve("data.jsonl"));
    config("epochs: many", "learning_rat: 1");
    Result run = cp.run("train", "run");
    assertEquals(2, run.exitCode(), run.stderr());
    assertTrue(run.stderr().contains("epochs"), run.stderr());
    assertTrue(run.stderr().contains("data.jsonl"), run.stderr());
    assertFalse(Files.exists(temporary.resolve("output")));
    Files.delete(temporary.resolve("computepool.train.yml"));
    Result none = cp.run("train", "run");
    assertEquals(4, none.exitCode(), none.stderr());
    assertTrue(none.stderr().contains("train init"), none.stderr());
  }

  @Test
  void examplesThatTeachNothingEndIt() throws IOException {
    Files.writeString(
        temporary.resolve("chat.jinja"), "{{ raise_exception('not with this model') }}");
    Result run = cp.run("train", "run");
    assertEquals(2, run.exitCode(), run.stderr());
    assertTrue(run.stderr().contains("not with this model"), run.stderr());
    JsonNode state = JSON.readTree(only("output").resolve("run.json").toFile());
    assertEquals("failed", state.get("status").asText());
    assertEquals(2, state.get("exit_code").asInt());
  }

  @Test
  void aFullDiskEndsItAndTheLastGoodCheckpointStays() throws IOException {
    Path small = Files.createDirectory(temporary.resolve("small"));
    try (Mounts _ = Mounts.small(small, 32 << 20)) {
      config("epochs: 50", "save_steps: 1", "save_total_limit: 0");
      Files.writeString(
          temporary.resolve("computepool.train.yml"),
          "outputs:\n  download: small\n",
          StandardOpenOption.APPEND);
      Result run =
          Moments.meet(
              () -> {
                Cli.shell(temporary).run("rm -rf small/*");
                return cp.start("train", "run");
              },
              () -> says("small", "checkpoint-1", ""),
              _ -> Cli.shell(temporary).run("head -c 90M /dev/zero >small/hog 2>/dev/null"),
              end -> end.exitCode() == 0);
      assertEquals(7, run.exitCode(), run.stderr());
      assertFalse(run.stderr().contains("\tat "), run.stderr());
      Path folder = only("small");
      Result verify = cp.run("inspect", folder.resolve("checkpoint-1").toString());
      assertEquals(0, verify.exitCode(), verify.stderr());
    }
  }
}
