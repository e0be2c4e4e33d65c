package dev.computepool.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
  @TempDir private Path runs;

  private RunFiles make(String name, String started, String status) throws IOException {
    RunFiles files = new RunFiles(Files.createDirectories(runs.resolve(name)));
    Files.writeString(
        files.state(),
        """
        {"id": "%s", "name": "n", "started_at": "%s", "updated_at": "u", "status": "%s",
         "version": "0", "runtime": "djl", "workload_class": "C1", "base_model": "b",
         "output": "o", "step": 2, "steps": 10, "epoch": 0.5, "elapsed_s": 4.0}
        """
            .formatted(name, started, status));
    return files;
  }

  @Test
  void aRunIsFoundByItsPathItsNameItsBeginningOrAsTheLatest() throws IOException {
    RunFiles first = make("run-b1", "2026-02", "completed");
    RunFiles second = make("run-b22", "2026-01", "completed");
    assertEquals(new RunSearch.One(first), RunSearch.find(first.folder().toString(), Path.of("x")));
    assertEquals(new RunSearch.One(first), RunSearch.find("run-b1", runs));
    assertEquals(new RunSearch.One(second), RunSearch.find("run-b2", runs));
    assertEquals(new RunSearch.One(first), RunSearch.find("latest", runs));
    assertEquals(
        new RunSearch.Several(List.of("run-b1", "run-b22")), RunSearch.find("run-b", runs));
    assertEquals(
        new RunSearch.Nothing(List.of("run-b1", "run-b22")), RunSearch.find("run-c", runs));
    assertEquals(new RunSearch.Nothing(List.of("run-b1", "run-b22")), RunSearch.find("", runs));
    assertEquals(new RunSearch.NoRun(runs), RunSearch.find(runs.toString(), Path.of("x")));
    assertEquals(new RunSearch.Nothing(List.of()), RunSearch.find("latest", Path.of("x")));
  }

  @Test
  void aRunWhoseProcessIsGoneHasDied() throws IOException {
    RunFiles files = make("run-1", "2026", "running");
    assertEquals(RunStatus.DIED, Runs.find(files.folder()).status());
    try (RunLock _ = RunLock.take(files)) {
      assertEquals(RunStatus.RUNNING, Runs.find(files.folder()).status());
    }
    assertEquals(RunStatus.DIED, Runs.find(files.folder()).status());
  }

  @Test
  void onlyARunThatRunsCanBeAskedToStop() throws IOException {
    RunFiles files = make("run-1", "2026", "running");
    NotRunningException refused =
        assertThrows(NotRunningException.class, () -> Runs.requestStop(Runs.find(files.folder())));
    assertEquals(files.folder() + " does not run: it died", refused.getMessage());
    assertFalse(Files.exists(files.stopRequest()));
    try (RunLock _ = RunLock.take(files)) {
      Runs.requestStop(Runs.find(files.folder()));
      Runs.requestStop(Runs.find(files.folder()));
      assertTrue(Files.exists(files.stopRequest()));
    }
  }

  @Test
  void oneBrokenRunHidesNoOther() throws IOException {
    make("run-1", "2026", "completed");
    Files.writeString(make("run-2", "2027", "completed").state(), "{\"id\": 1}");
    Runs.Listing listing = Runs.list(runs);
    assertEquals(List.of("run-1"), listing.runs().stream().map(run -> run.state().id()).toList());
    FormatException broken = listing.broken().getFirst();
    assertEquals(10, broken.problems().size());
    assertEquals("id: is missing, or is no text", broken.problems().getFirst().toString());
  }

  @Test
  void aRunThatCannotBeLookedAtHidesNoOther() throws IOException {
    make("run-1", "2026", "completed");
    RunFiles other = make("run-2", "2027", "running");
    Files.createSymbolicLink(other.lock(), other.lock());
    Runs.Listing listing = Runs.list(runs);
    assertEquals(List.of("run-1"), listing.runs().stream().map(run -> run.state().id()).toList());
    assertEquals(other.folder().toString(), listing.broken().getFirst().file());
  }

  @Test
  void figuresAreThoseThatWereMeasured() throws IOException {
    RunFiles files = make("run-1", "2026", "running");
    Files.writeString(
        files.metrics(),
        """
        {"step":1,"loss":3.0,"lr":0.1,"epoch":0.1,"elapsed_s":2.0,"tokens_per_s":90.0,"memory_bytes":70,"ts":"t"}
        {"step":2,"loss":2.0,"lr":0.1,"epoch":0.2,"elapsed_s":4.0,"memory_bytes":60,"ts":"t"}
        {"step":3,"lo\
        """);
    Files.writeString(
        files.events(),
        """
        {"type":"eval","step":1,"epoch":0.1,"eval_loss":2.5,"best":true}
        {"type":"eval","step":2,"epoch":0.2,"eval_loss":"NaN","best":false}
        """);
    List<MetricsRow> metrics = Runs.metrics(files);
    List<RunEvent.Evaluated> evaluations = Runs.evaluations(files);
    try (RunLock _ = RunLock.take(files)) {
      assertEquals(
          new RunFigures(
              metrics.getLast(),
              90.0,
              70L,
              new RunEvent.Evaluated(1, 0.1, 2.5, true),
              new RunEvent.Evaluated(2, 0.2, Double.NaN, false),
              Duration.ofSeconds(16)),
          RunFigures.of(Runs.find(files.folder()), metrics, evaluations));
    }
    assertEquals(
        new RunFigures(null, null, null, null, null, null),
        RunFigures.of(Runs.find(files.folder()), List.of(), List.of()));
  }

  @Test
  void aBrokenLineIsNamed() throws IOException {
    RunFiles files = make("run-1", "2026", "completed");
    Files.writeString(files.metrics(), "{\"step\":1}\nno\n");
    FormatException broken = assertThrows(FormatException.class, () -> Runs.metrics(files));
    assertEquals("line 2", broken.problems().getFirst().at());
  }

  @Test
  void checkpointsAreInTheOrderOfTheirSteps() throws IOException {
    RunFiles files = make("run-1", "2026", "completed");
    for (String name : List.of("checkpoint-final", "checkpoint-10", "checkpoint-9", "other")) {
      Files.writeString(
          Files.createDirectories(files.folder().resolve(name)).resolve("weights"), "1234");
    }
    assertEquals(
        List.of(
            new SavedCheckpoint("checkpoint-9", 9, 4),
            new SavedCheckpoint("checkpoint-10", 10, 4),
            new SavedCheckpoint("checkpoint-final", -1, 4)),
        Runs.checkpoints(files));
  }

  @Test
  void aRunGoesOnAfterALineOfEventsThatWasNeverFinished() throws IOException {
    RunFiles files = make("run-1", "2026", "failed");
    String whole = "{\"type\": \"eval\", \"step\": 1, \"epoch\": 0.1, \"eval_loss\": 2.5}\n";
    Files.writeString(files.events(), whole + "{\"type\": \"eval\", \"st");
    try (RunJournal journal = RunJournal.resume(files, Clock.systemUTC(), RunListener.NONE)) {
      journal.record(new RunEvent.Evaluated(2, 0.2, 1.5, true));
    }
    assertEquals(
        List.of(
            new RunEvent.Evaluated(1, 0.1, 2.5, false), new RunEvent.Evaluated(2, 0.2, 1.5, true)),
        Runs.evaluations(files));
  }
}
