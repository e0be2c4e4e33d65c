package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train list|status|logs|stop|report` on folders of runs that this test makes.
final class TrainRunsTest {
  private static final String OLD = "run-2026-11-20T09-30-00-000Z-aaaa";
  private static final String NEW = "run-2026-11-21T09-30-00-000Z-bbbb";

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder);
  }

  private Path make(String id, String status, String more) throws IOException {
    Path run = Files.createDirectories(folder.resolve("output").resolve(id));
    state(run, id, status, more);
    Files.writeString(
        run.resolve("metrics.jsonl"),
        """
        {"step":1,"loss":4.0,"lr":1.0E-4,"epoch":0.25,"elapsed_s":10.0,"tokens_per_s":100.0,"memory_bytes":2097152,"ts":"t"}
        {"step":2,"loss":3.0,"lr":2.0E-4,"epoch":0.5,"elapsed_s":20.0,"tokens_per_s":120.0,"memory_bytes":1048576,"ts":"t"}
        {"step":3,"loss":2.0,"lr":1.0E-4,"epoch":0.75,"elapsed_s":30.0,"tokens_per_s":110.0,"memory_bytes":1048576,"ts":"t"}
        {"step":4,"lo\
        """);
    Files.writeString(
        run.resolve("events.jsonl"),
        "{\"type\":\"eval\",\"step\":2,\"epoch\":0.5,\"eval_loss\":3.5,\"best\":true}\n");
    Files.writeString(run.resolve("run.log"), "first\nsecond\nthird\nhal");
    Files.writeString(run.resolve("config.yml"), "name: mine\nmethod: lora\n");
    Files.writeString(
        Files.createDirectories(run.resolve("checkpoint-2")).resolve("weights"), "x".repeat(2048));
    return run;
  }

  /// As a run does: who looks meanwhile sees the old state or the new one.
  private static void state(Path run, String id, String status, String more) throws IOException {
    Path beside = run.resolve(".run.json");
    Files.writeString(
        beside,
        """
        {"id": "%s", "name": "mine", "started_at": "%s", "updated_at": "2026-11-21T10:00:00Z",
         "status": "%s", "version": "0.1.0", "runtime": "djl", "workload_class": "C1",
         "base_model": "/models/base", "output": "o", "step": 3, "steps": 6, "epoch": 0.75,
         "loss": 2.0, "elapsed_s": 30.0, "checkpoint": "checkpoint-2",
         "best": {"step": 2, "eval_loss": 3.5, "checkpoint": "checkpoint-2"},
         "dataset": {"training": {"path": "/data/train.jsonl", "sha256": "ab12"}}%s}
        """
            .formatted(id, id.substring(4, 14), status, more));
    Files.move(beside, run.resolve("run.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// As a process that works on a run holds it.
  private static FileChannel lock(Path run) throws IOException {
    FileChannel channel =
        FileChannel.open(run.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    return channel;
  }

  private static JsonNode json(Result result) throws IOException {
    assertEquals(0, result.exitCode(), result.stderr());
    return new JsonMapper().readTree(result.stdout());
  }

  @Test
  void inspectKnowsARun() throws IOException {
    Path run = make(OLD, "completed", "");
    JsonNode inspected = json(cp.run("inspect", run.toString(), "--json"));
    assertEquals("run", inspected.get("kind").asText());
    assertEquals("completed", inspected.get("status").asText());
    assertEquals(3, inspected.get("step").asInt());
    Result shown = cp.run("inspect", run.toString());
    Result status = cp.run("train", "status", OLD);
    assertEquals(Result.done("training run\n" + status.stdout()), shown);
  }

  @Test
  void runsAreListedAsTheyAre() throws IOException {
    assertEquals(new Result(0, "", "no run is in output\n"), cp.run("train", "list"));
    assertEquals(
        Result.failed(4, "error: no such file or folder: nowhere\n"),
        cp.run("train", "list", "nowhere"));
    Files.writeString(folder.resolve("file"), "");
    assertEquals(
        Result.failed(2, "error: file is not a folder\n"), cp.run("train", "list", "file"));
    make(OLD, "running", "");
    try (FileChannel held = lock(make(NEW, "running", ""))) {
      assertTrue(held.isOpen());
      Path broken = Files.createDirectories(folder.resolve("output/run-x"));
      Files.writeString(broken.resolve("run.json"), "{");
      Result listed = cp.run("train", "list");
      assertEquals(0, listed.exitCode());
      assertEquals(
          """
          run                                state    name  step    loss    best
          %s  died     mine   3/6  2.0000  3.5000
          %s  running  mine   3/6  2.0000  3.5000
          """
              .formatted(OLD, NEW),
          listed.stdout());
      assertTrue(
          listed.stderr().startsWith("warning: output/run-x/run.json: is no state of a run: "),
          listed.stderr());
      JsonNode list = json(cp.run("train", "list", "--json", "--output", "output"));
      assertEquals("died", list.at("/runs/0/status").asText());
      assertEquals("running", list.at("/runs/1/status").asText());
      assertEquals("output/run-x/run.json", list.at("/broken/0/path").asText());
    }
  }

  @Test
  void whatIsNoRunIsNotFound() throws IOException {
    assertEquals(
        Result.failed(
            4,
            """
            error: there is no run 'latest', neither as a folder nor in output
            hint: no run is in output
            """),
        cp.run("train", "status", "latest"));
    make(OLD, "completed", "");
    make(NEW, "completed", "");
    assertEquals(
        Result.failed(
            4,
            """
            error: there is no run 'other', neither as a folder nor in output
            hint: there are %s, %s
            """
                .formatted(NEW, OLD)),
        cp.run("train", "logs", "other"));
    assertEquals(
        Result.failed(
            4,
            """
            error: output is no run: there is no run.json in it
            hint: 'cp train list' shows the runs that there are
            """),
        cp.run("train", "stop", "output"));
    assertEquals(
        Result.failed(
            2,
            """
            error: 'run-2026-11-2' is the beginning of 2 runs
            hint: they are %s, %s
            """
                .formatted(OLD, NEW)),
        cp.run("train", "report", "run-2026-11-2"));
  }

  @Test
  void theStatusOfARunThatDiedSaysHowToGoOn() throws IOException {
    make(OLD, "running", "");
    String facts =
        """
        run              %1$s
        name             mine
        state            died: its process is gone and did not say why
        resume           cp train resume output/%1$s
        base model       /models/base
        runtime          djl
        begun            2026-11-20
        step             3 of 6, epoch 0.75
        loss             2.0000
        best validation  3.5000 at step 2, perplexity 33.12
        speed            110 tokens/s
        trained          30 s
        memory           1.0 MiB, at most 2.0 MiB
        checkpoint-2     2.0 KiB

        """
            .formatted(OLD);
    assertEquals(
        Result.done(facts + "4.0000 █\n       █\n       █▅\n       ██\n2.0000 ██▁\n"),
        cp.run("train", "status", "run-2026-11-20"));
    assertEquals(
        Result.done(facts + "4.0000 #\n       #\n       #:\n       ##\n2.0000 ##.\n"),
        cp.env("LC_ALL", "en_US.ISO-8859-1").run("train", "status", "latest"));
  }

  @Test
  void theStatusOfARunThatGoesOnHasTheTimeThatIsLeft() throws IOException {
    Path run = make(NEW, "running", "");
    try (FileChannel held = lock(run)) {
      assertTrue(held.isOpen());
      JsonNode status = json(cp.run("train", "status", "output/" + NEW, "--json"));
      assertEquals("running", status.path("status").asText());
      assertEquals(30.0, status.path("left_s").asDouble());
      assertFalse(status.has("resume"));
      assertFalse(status.has("losses"));
      assertEquals(2048, status.at("/checkpoints/0/bytes").asLong());
    }
  }

  @Test
  void logsAreWholeLines() throws IOException {
    make(OLD, "failed", ", \"reason\": \"no room\"");
    assertEquals(Result.done("first\nsecond\nthird\n"), cp.run("train", "logs", "latest"));
    assertEquals(Result.done("third\n"), cp.run("train", "logs", "latest", "-f", "--tail", "1"));
    JsonNode metrics = json(cp.run("train", "logs", "latest", "--metrics", "--json"));
    assertEquals(3, metrics.path("lines").size());
    assertEquals(4.0, metrics.at("/lines/0/loss").asDouble());
    assertEquals(
        Result.failed(2, "error: --metrics and --events do not go together\n"),
        cp.run("train", "logs", "latest", "--metrics", "--events"));
    assertEquals(
        Result.failed(2, "error: --tail must be 0 or more, not -1\n"),
        cp.run("train", "logs", "latest", "--tail=-1"));
  }

  @Test
  void followingEndsWithTheRun() throws IOException {
    Path run = make(NEW, "running", "");
    FileChannel held = lock(run);
    try (Running logs = cp.start("train", "logs", "latest", "-f", "--tail", "1");
        Running status = cp.start("train", "status", "latest", "--follow", "--json")) {
      logs.awaitStdout("third\n");
      status.awaitStderr("left");
      Files.writeString(run.resolve("run.log"), "f\nlast\n", StandardOpenOption.APPEND);
      logs.awaitStdout("half\nlast\n");
      state(run, NEW, "completed", "");
      held.close();
      assertEquals(Result.done("third\nhalf\nlast\n"), logs.await());
      Result ended = status.await();
      assertEquals("completed", json(ended).path("status").asText());
      assertEquals("running: step 3 of 6, loss 2.0000, 30 s left\n", ended.stderr());
    } finally {
      held.close();
    }
  }

  @Test
  void interruptedFollowingLeavesTheRunAlone() throws IOException {
    Path run = make(NEW, "running", "");
    try (FileChannel held = lock(run);
        Running logs = cp.start("train", "logs", "latest", "-f")) {
      logs.awaitStdout("third\n");
      logs.signal("INT");
      Result result = logs.await();
      assertEquals(130, result.exitCode());
      assertTrue(result.stderr().startsWith("the run itself goes on\n"), result.stderr());
      assertTrue(held.isOpen());
    }
  }

  @Test
  void aRunIsAskedToStop() throws IOException {
    Path run = make(NEW, "running", "");
    assertEquals(
        Result.failed(
            1,
            """
            error: output/%1$s does not run: it died
            hint: 'cp train resume output/%1$s' goes on with it
            """
                .formatted(NEW)),
        cp.run("train", "stop", "latest"));
    assertFalse(Files.exists(run.resolve("stop")));
    FileChannel held = lock(run);
    try {
      assertEquals(Result.done(NEW + " was asked to stop\n"), cp.run("train", "stop", "latest"));
      assertTrue(Files.exists(run.resolve("stop")));
      Result status = cp.run("train", "status", "latest");
      assertTrue(status.stdout().contains("running, was asked to stop\n"), status.stdout());
      Files.delete(run.resolve("stop"));
      try (Running stop = cp.start("train", "stop", "latest", "--wait")) {
        stop.await(() -> Files.exists(run.resolve("stop")), "the request");
        Files.delete(run.resolve("stop")); // as a run does that heeds it
        state(run, NEW, "stopped", ", \"reason\": \"it was asked to\"");
        held.close();
        assertEquals(Result.done(NEW + " stopped at step 3 of 6: it was asked to\n"), stop.await());
      }
    } finally {
      held.close();
    }
    state(run, NEW, "completed", "");
    assertEquals(
        Result.failed(1, "error: output/%s does not run: it came to its end\n".formatted(NEW)),
        cp.run("train", "stop", "latest"));
  }

  @Test
  void aReportIsOnePage() throws IOException {
    Path run = make(OLD, "stopped", "");
    Result written = cp.run("train", "report", "latest");
    assertEquals(0, written.exitCode(), written.stderr());
    assertTrue(
        written.stdout().startsWith("wrote output/%s/report.html (".formatted(OLD)),
        written.stdout());
    String page = Files.readString(run.resolve("report.html"));
    for (String part :
        List.of(
            "<title>mine, " + OLD + "</title>",
            "<title>step 2: validation loss 3.5</title>",
            "name: mine\nmethod: lora\n",
            "<th scope=\"row\">training.sha256</th><td>ab12</td>",
            "cp train run --local --config " + run.toRealPath() + "/config.yml",
            "cp train resume " + run.toRealPath(),
            "cp train merge " + run.toRealPath() + "/checkpoint-2 --base /models/base -o ")) {
      assertTrue(page.contains(part), part);
    }
    assertEquals(
        Result.failed(
            2,
            """
            error: output/%s/report.html exists already
            hint: --force replaces it, another name keeps it
            """
                .formatted(OLD)),
        cp.run("train", "report", "latest"));
    JsonNode again = json(cp.run("train", "report", OLD, "-o", "r.html", "--json"));
    assertEquals(Files.size(folder.resolve("r.html")), again.path("bytes").asLong());
    assertEquals(0, cp.run("train", "report", OLD, "-o", "r.html", "--force").exitCode());
  }
}
