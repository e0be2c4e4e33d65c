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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Training by other programs that the packaged program supervises: a script of a shell, and
/// Python's libraries where `COMPUTEPOOL_TEST_PYTHON`, or else `python3`, has them.
final class TrainExternalTest {
  private static final JsonMapper JSON = new JsonMapper();

  /// Makes 30 steps of 50 ms, tells of each, saves every tenth and when it is asked to stop.
  private static final String SCRIPT =
      """
      save() {
        mkdir -p "$COMPUTEPOOL_RUN/checkpoint-$i"
        echo "{\\"type\\": \\"checkpoint\\", \\"step\\": $i, \\"path\\": \\"checkpoint-$i\\"}"
      }
      trap 'save; exit 0' TERM
      i=0
      case $COMPUTEPOOL_RESUME in */checkpoint-*) i=${COMPUTEPOOL_RESUME##*-} ;; esac
      echo "this is no report" >&2
      echo '{"type": "meta", "steps": 30}'
      while [ $i -lt 30 ]; do
        i=$((i + 1))
        echo "{\\"type\\": \\"step\\", \\"step\\": $i, \\"loss\\": $((60 - i)).25, \\"lr\\": 0.001, \\"epoch\\": 0.5}"
        [ $((i % 10)) != 0 ] || save
        # Nobody is to be too late to stop it.
        while [ $i = 8 ] && [ "$HOLD$COMPUTEPOOL_RESUME" = yes ]; do sleep 0.05; done
        sleep 0.05
      done
      echo "{\\"type\\": \\"eval\\", \\"step\\": 30, \\"epoch\\": 1, \\"eval_loss\\": 1.5}"
      mkdir "$COMPUTEPOOL_RESULT"
      """;

  @TempDir Path temporary;
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void prepare() throws IOException {
    cp = Cli.cp(temporary).timeout(Duration.ofMinutes(6));
    CountingChats.write(cp, temporary);
  }

  private void config(String runtime, String training) throws IOException {
    Files.writeString(
        temporary.resolve("computepool.train.yml"),
        """
        name: counting
        base_model: model
        %s
        input: {dataset: data.jsonl, chat_template: chat.jinja, validation_split: 0.1}
        training:
          learning_rate: 5.0e-3
          batch_size: 4
          gradient_accumulation_steps: 1
          max_seq_len: 128
          threads: 1
          %s
        lora: {rank: 4, alpha: 8, dropout: 0, target_modules: [q_proj, v_proj, down_proj]}
        """
            .formatted(runtime, training));
  }

  private void script(String script) throws IOException {
    Files.writeString(temporary.resolve("train.sh"), script);
    config("runtime: command\ncommand: {argv: [sh, train.sh]}", "epochs: 1");
  }

  private void scriptThatWaitsToBeStopped() throws IOException {
    Files.writeString(temporary.resolve("train.sh"), SCRIPT);
    config("runtime: command\ncommand: {argv: [sh, train.sh], env: {HOLD: 'yes'}}", "epochs: 1");
  }

  private Path only() throws IOException {
    try (Stream<Path> runs = Files.list(temporary.resolve("output"))) {
      return runs.findFirst().orElseThrow();
    }
  }

  private static List<Double> losses(Path run) throws IOException {
    List<Double> losses = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      losses.add(JSON.readTree(line).get("loss").asDouble());
    }
    return losses;
  }

  private static JsonNode state(Path run) throws IOException {
    return JSON.readTree(run.resolve("run.json").toFile());
  }

  private boolean says(String file, String text) {
    try {
      return Files.readString(only().resolve(file)).contains(text);
    } catch (IOException | NoSuchElementException e) {
      return false; // not yet
    }
  }

  @Test
  void aCommandOfTheUsersHasTheSameRecordAsEveryRun() throws IOException {
    script(SCRIPT);
    Result run = cp.run("train", "run", "--json");
    assertEquals(0, run.exitCode(), run.stderr());
    JsonNode ended = JSON.readTree(run.stdout());
    assertEquals("completed", ended.get("status").asText());
    assertEquals(30, ended.get("steps").asInt());
    assertEquals(30.25, ended.get("loss").asDouble());
    Path folder = only();
    assertEquals(30, losses(folder).size());
    JsonNode state = state(folder);
    assertEquals("checkpoint-30", state.get("checkpoint").asText());
    assertTrue(says("run.log", "this is no report"), "what it prints is in the log");
    JsonNode status = JSON.readTree(cp.run("train", "status", "latest", "--json").stdout());
    assertEquals(1.5, status.at("/best/eval_loss").asDouble(), status.toString());
    assertEquals("command", status.get("runtime").asText());
    assertEquals(0, cp.run("train", "report", "latest").exitCode());
  }

  @Test
  void stopLetsItSaveAndResumeGoesOnFromThere() throws IOException {
    scriptThatWaitsToBeStopped();
    try (Running running = cp.start("train", "run")) {
      running.await(() -> says("metrics.jsonl", "\"step\":8"), "step 8, where it waits");
      Result stop = cp.run("train", "stop", "latest", "--wait");
      assertEquals(0, stop.exitCode(), stop.stderr());
      assertTrue(stop.stdout().contains("stopped"), stop.stdout());
      assertEquals(0, running.await().exitCode());
    }
    JsonNode state = state(only());
    assertEquals("stopped", state.get("status").asText());
    String saved = state.get("checkpoint").asText();
    Result resumed = cp.run("train", "resume", "latest");
    assertEquals(0, resumed.exitCode(), resumed.stderr());
    assertTrue(
        resumed.stderr().contains("going on after step " + saved.substring(11)), resumed.stderr());
    assertEquals(30, losses(only()).size());
    assertEquals("completed", state(only()).get("status").asText());
  }

  @Test
  void ctrlCLetsItSave() throws IOException {
    scriptThatWaitsToBeStopped();
    try (Running running = cp.start("train", "run")) {
      running.await(() -> says("metrics.jsonl", "\"step\":8"), "step 8, where it waits");
      running.signal("INT");
      Result result = running.await();
      assertEquals(130, result.exitCode(), result.stderr());
      assertTrue(result.stderr().contains("to go on: cp train resume"), result.stderr());
    }
    JsonNode state = state(only());
    assertEquals("stopped", state.get("status").asText());
    assertTrue(Files.isDirectory(only().resolve(state.get("checkpoint").asText())));
  }

  @Test
  void aFailureIsToldWithItsLastWords() throws IOException {
    script("echo '{\"type\": \"error\", \"message\": \"no good\"}'; echo 'line 7' >&2; exit 3");
    Result run = cp.run("train", "run");
    assertEquals(1, run.exitCode(), run.stderr());
    assertTrue(run.stderr().contains("sh failed with exit code 3: no good"), run.stderr());
    assertTrue(run.stderr().contains("line 7"), run.stderr());
    JsonNode state = state(only());
    assertEquals("failed", state.get("status").asText());
    assertEquals(1, state.get("exit_code").asInt());
    script("echo 'torch.OutOfMemoryError: CUDA out of memory.' >&2; exit 1");
    assertEquals(7, cp.run("train", "run").exitCode());
    script("echo '{\"type\": \"step\", \"step\": 1, \"loss\": NaN}'; sleep 60");
    Result lost = cp.run("train", "run");
    assertEquals(1, lost.exitCode(), lost.stderr());
    assertTrue(lost.stderr().contains("step 1: the loss is not a number"), lost.stderr());
    script("exit 0");
    Result nothing = cp.run("train", "run");
    assertEquals(1, nothing.exitCode(), nothing.stderr());
    assertTrue(nothing.stderr().contains("there is no checkpoint-final"), nothing.stderr());
  }

  @Test
  void whatTheProgramLeavesBehindIsNotWaitedFor() throws IOException {
    assumeTrue(
        Stream.of(Cli.path().split(":")).anyMatch(f -> Files.isExecutable(Path.of(f, "setsid"))),
        "there is no setsid: nothing can leave the session, which is not tested");
    script(
        "echo '{\"type\": \"step\", \"step\": 1, \"loss\": 2}'; setsid sleep 120 & "
            + "echo $! > child.pid; mkdir $COMPUTEPOOL_RESULT");
    long begin = System.nanoTime();
    Result run = cp.run("train", "run");
    assertEquals(0, run.exitCode(), run.stderr());
    assertTrue(
        isAlive(pid("child.pid")),
        "it took %d s".formatted(Duration.ofNanos(System.nanoTime() - begin).toSeconds()));
    assertTrue(run.stderr().contains("completed: 1 step, loss 2.0000"), run.stderr());
    ProcessHandle.of(pid("child.pid")).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void whoFailsWhileItIsToStopIsNotSaidToHaveSaved() throws IOException {
    script(
        """
        trap 'echo "{\\"type\\": \\"error\\", \\"message\\": \\"no room\\"}"; exit 5' TERM
        echo '{"type": "step", "step": 1, "loss": 2}'
        while :; do sleep 0.05; done
        """);
    try (Running running = cp.start("train", "run")) {
      running.await(() -> says("metrics.jsonl", "\"step\":1"), "step 1");
      Result stop = cp.run("train", "stop", "latest", "--wait");
      assertEquals(0, stop.exitCode(), stop.stderr());
      Result run = running.await();
      assertTrue(
          run.stderr().contains("warning: it was to stop, and sh failed with exit code 5: no room"),
          run.stderr());
    }
    assertTrue(says("run.log", "failed with exit code 5: no room"));
  }

  @Test
  void aFolderThatIsTakenAwayEndsTheRun() throws IOException {
    script(
        "i=0; while :; do i=$((i + 1)); echo \"{\\\"step\\\": $i, \\\"loss\\\": 2}\";"
            + " sleep 0.05; done");
    try (Running running = cp.start("train", "run")) {
      running.await(() -> says("metrics.jsonl", "\"step\":1"), "step 1");
      Files.move(only(), temporary.resolve("moved"));
      Result run = running.await();
      assertEquals(1, run.exitCode(), run.stderr());
      assertTrue(run.stderr().contains("error: the folder of the run is gone"), run.stderr());
      assertFalse(run.stderr().contains("to go on"), run.stderr());
    }
    JsonNode status = JSON.readTree(cp.run("train", "status", "moved", "--json").stdout());
    assertEquals("died", status.get("status").asText());
    script("mkdir $COMPUTEPOOL_RESULT");
    assertEquals(0, cp.run("train", "resume", "moved").exitCode());
  }

  @Test
  void aFullDiskIsToldWithTheFolderThatIsOnIt() throws IOException {
    // A program of a command writes what it likes: here nothing is known of what it needs.
    script(
        "head -c 90M /dev/zero >$COMPUTEPOOL_RUN/hog 2>/dev/null; i=0; while [ $i -lt 2000 ];"
            + " do i=$((i + 1)); echo \"{\\\"step\\\": $i, \\\"loss\\\": 2}\"; done;"
            + " mkdir $COMPUTEPOOL_RESULT");
    try (Mounts _ = Mounts.small(Files.createDirectory(temporary.resolve("output")), 32 << 20)) {
      Result run = cp.run("train", "run");
      assertEquals(7, run.exitCode(), run.stderr());
      String told = "error: not enough disk space: %s has 0 B free\n".formatted(only());
      assertTrue(run.stderr().contains(told), run.stderr());
    }
  }

  @Test
  void nothingIsLeftBehindWhenWeAreKilled() throws IOException {
    script("echo $$ > program.pid; sleep 300 & echo $! > child.pid; wait");
    try (Running running = cp.start("train", "run")) {
      running.await(() -> Files.exists(temporary.resolve("child.pid")), "its child");
      long program = pid("program.pid");
      long child = pid("child.pid");
      assertTrue(isAlive(program) && isAlive(child));
      running.kill();
      long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while ((isAlive(program) || isAlive(child)) && System.nanoTime() < end) {
        Running.pause(Duration.ofMillis(50));
      }
      assertFalse(isAlive(program), "the program trains for ever");
      assertFalse(isAlive(child), "what the program started is left");
    }
    JsonNode status = JSON.readTree(cp.run("train", "status", "latest", "--json").stdout());
    assertEquals("died", status.get("status").asText());
  }

  private long pid(String file) throws IOException {
    Path path = temporary.resolve(file);
    while (Files.size(path) == 0) {
      Running.pause(Duration.ofMillis(10));
    }
    return Long.parseLong(Files.readString(path).strip());
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void aPythonWithoutTheLibraryIsSaidBeforeAnythingIsMade() throws IOException {
    config("runtime: trl\npython: ./nowhere/python", "epochs: 1");
    Result run = cp.run("train", "run");
    assertEquals(4, run.exitCode(), run.stderr());
    assertTrue(run.stderr().contains("nowhere/python does not exist"), run.stderr());
    assertFalse(Files.exists(temporary.resolve("output")));
    Result check = cp.run("train", "check", "computepool.train.yml");
    assertEquals(2, check.exitCode(), check.stderr());
    assertTrue(check.stdout().contains("runtime trl needs Python"), check.stdout());
  }

  /// Exists, and has what a runtime needs.
  private Path python(String... packages) throws IOException {
    String named = System.getenv().getOrDefault("COMPUTEPOOL_TEST_PYTHON", "python3");
    List<String> question = new ArrayList<>(List.of("-c", QUESTION));
    question.addAll(List.of(packages));
    Optional<Path> found =
        named.contains("/")
            ? Optional.of(Path.of(named))
            : Stream.of(Cli.path().split(":"))
                .map(folder -> Path.of(folder, named))
                .filter(Files::isExecutable)
                .findFirst();
    assumeTrue(found.isPresent(), "there is no python3: its libraries are not tested");
    String missing =
        Cli.of(found.get(), temporary).run(question.toArray(String[]::new)).stdout().strip();
    assumeTrue(missing.isEmpty(), found.get() + " lacks " + missing + ": they are not tested");
    return found.get();
  }

  private static final String QUESTION =
      "import sys, importlib.util as u;"
          + " print(*[n for n in sys.argv[1:] if u.find_spec(n) is None])";

  @ParameterizedTest
  @ValueSource(strings = {"transformers", "trl"})
  void aLibraryOfPythonLearnsWhatWeLearn(String runtime) throws IOException {
    Path python = python("torch", "transformers", "peft", "accelerate", "trl", "datasets");
    // Both begin with other random numbers, and come to the same after some epochs.
    config("runtime: %s\npython: %s".formatted(runtime, python), "epochs: 8");
    Result run = cp.run("train", "run", "--json");
    assertEquals(0, run.exitCode(), run.stderr());
    JsonNode ended = JSON.readTree(run.stdout());
    assertEquals("completed", ended.get("status").asText());
    assertEquals(72, ended.get("steps").asInt());
    Path folder = only();
    List<Double> losses = losses(folder);
    assertEquals(72, losses.size());
    assertTrue(losses.getLast() < losses.getFirst() - 0.3, losses.toString());
    Path result = Path.of(ended.get("result").asText());
    Result merge = cp.run("train", "merge", result.toString(), "--base", "model", "-o", "merged");
    assertEquals(0, merge.exitCode(), merge.stderr());
    assertEquals(
        -1,
        Files.mismatch(
            temporary.resolve("model/tokenizer.json"), result.resolve("tokenizer.json")));
    if (Files.isDirectory(Project.DISTRIBUTION.resolve("lib/torch"))) {
      Files.move(temporary.resolve("output"), temporary.resolve("theirs"));
      config("runtime: djl", "epochs: 8");
      assertEquals(0, cp.run("train", "run").exitCode());
      double ours = state(only()).at("/best/eval_loss").asDouble();
      assertEquals(ours, ended.at("/best/eval_loss").asDouble(), 0.1);
    }
  }

  @Test
  void aLibraryOfPythonStopsAtAStepAndGoesOn() throws IOException {
    Path python = python("torch", "transformers", "peft", "accelerate");
    config("runtime: transformers\npython: " + python, "epochs: 400");
    try (Running running = cp.start("train", "run")) {
      running.await(() -> says("metrics.jsonl", "\"step\":2,"), "step 2");
      assertEquals(0, cp.run("train", "stop", "latest", "--wait").exitCode());
      assertEquals(0, running.await().exitCode());
    }
    JsonNode state = state(only());
    assertEquals("stopped", state.get("status").asText());
    int step = state.get("step").asInt();
    assertEquals("checkpoint-" + step, state.get("checkpoint").asText());
    assertFalse(Files.exists(only().resolve("stop")));
    try (Running running = cp.start("train", "resume", "latest")) {
      running.await(
          () -> says("metrics.jsonl", "\"step\":%d,".formatted(step + 2)), "a later step");
      running.signal("INT");
      assertEquals(130, running.await().exitCode());
    }
    assertEquals("stopped", state(only()).get("status").asText());
    assertTrue(losses(only()).size() >= step + 2);
  }
}
