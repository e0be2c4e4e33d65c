package dev.computepool.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.train.run.ProgramReport.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportedRunTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T09:30:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  private final List<RunEvent> events = new ArrayList<>();

  private RunJournal begin() throws IOException {
    return RunJournal.begin(
        folder,
        "name: n\n",
        new RunJournal.Facts("n", "1", "command", "C1", "lora", "/m"),
        CLOCK,
        events::add);
  }

  private static ProgramReport.Stepped step(long number, double loss) {
    return new ProgramReport.Stepped(number, new Measured(loss, 1e-3, 0.5, null, null, null));
  }

  private static void checkpoint(RunJournal journal, ReportedRun run, long step)
      throws IOException {
    Files.createDirectory(journal.files().checkpoint(step));
    run.accept(new ProgramReport.Saved("checkpoint-" + step, OptionalLong.of(step)));
  }

  @Test
  void stepsThatComeTwiceOrLateCountOnce() throws IOException {
    try (RunJournal journal = begin()) {
      ReportedRun run = new ReportedRun(journal, folder, 0);
      assertEquals(Optional.empty(), run.begin());
      for (long number : new long[] {1, 1, 3, 2, 4}) {
        run.accept(step(number, 10.0 - number));
      }
      assertEquals(
          List.of(1L, 3L, 4L),
          Runs.metrics(journal.files()).stream().map(MetricsRow::step).toList());
      assertEquals(4, journal.state().step());
      assertEquals(6.0, journal.state().loss());
    }
  }

  @Test
  void aLossThatIsNoNumberEndsIt() throws IOException {
    try (RunJournal journal = begin()) {
      ReportedRun run = new ReportedRun(journal, folder, 0);
      run.begin();
      LossException e =
          assertThrows(LossException.class, () -> run.accept(step(1, Double.POSITIVE_INFINITY)));
      assertEquals(1, e.step());
      assertEquals(List.of(), Runs.metrics(journal.files()));
    }
  }

  @Test
  void onlyFoldersOfTheRunAreCheckpoints() throws IOException {
    try (RunJournal journal = begin()) {
      ReportedRun run = new ReportedRun(journal, folder, 0);
      run.begin();
      Files.createDirectory(folder.resolve("checkpoint-1"));
      for (String path : List.of("../checkpoint-1", "/", "checkpoint-2", "tokens", "")) {
        run.accept(new ProgramReport.Saved(path, OptionalLong.empty()));
      }
      assertNull(journal.state().checkpoint());
      assertEquals(5, events.stream().filter(e -> e instanceof RunEvent.Note).count());
      checkpoint(journal, run, 7);
      assertEquals("checkpoint-7", journal.state().checkpoint());
    }
  }

  @Test
  void theBestCheckpointIsKeptBesidesTheNewest() throws IOException {
    try (RunJournal journal = begin()) {
      ReportedRun run = new ReportedRun(journal, folder, 1);
      run.begin();
      checkpoint(journal, run, 1);
      run.accept(new ProgramReport.Evaluated(2, 1, 0.5));
      checkpoint(journal, run, 2);
      run.accept(new ProgramReport.Evaluated(3, 2, 0.6));
      checkpoint(journal, run, 3);
      checkpoint(journal, run, 4);
      assertEquals(
          List.of("checkpoint-2", "checkpoint-4"),
          Runs.checkpoints(journal.files()).stream().map(SavedCheckpoint::name).toList());
      assertEquals(new RunState.Best(2, 0.5, "checkpoint-2"), journal.state().best());
    }
  }

  @Test
  void aRunThatGoesOnTakesBackWhatCameAfterItsCheckpoint() throws IOException {
    try (RunJournal journal = begin()) {
      ReportedRun first = new ReportedRun(journal, folder, 0);
      first.begin();
      first.accept(new ProgramReport.Begun(9, 100, 10));
      first.accept(step(1, 5));
      first.accept(new ProgramReport.Evaluated(2, 1, 0.5));
      first.accept(step(2, 4));
      checkpoint(journal, first, 2);
      first.accept(step(3, 3));
      first.accept(new ProgramReport.Evaluated(3, 2, 0.1));
      events.clear();
      ReportedRun second = new ReportedRun(journal, folder, 0);
      assertEquals(Optional.of(journal.files().checkpoint(2)), second.begin());
      assertEquals(4.0, journal.state().loss());
      second.accept(new ProgramReport.Begun(9, 100, 10));
      assertEquals(List.of(new RunEvent.Begun(2, 9)), events);
      assertEquals(
          List.of(1L, 2L), Runs.metrics(journal.files()).stream().map(MetricsRow::step).toList());
      second.accept(new ProgramReport.Evaluated(3, 2, 0.4));
      assertEquals(new RunEvent.Evaluated(3, 2, 0.4, true), events.getLast());
    }
  }

  @Test
  void aRunThatBeginsAnewHasNoLossYet() throws IOException {
    try (RunJournal journal = begin()) {
      ReportedRun first = new ReportedRun(journal, folder, 0);
      first.begin();
      first.accept(step(1, 5));
      new ReportedRun(journal, folder, 0).begin();
      assertNull(journal.state().loss());
      assertEquals(0, journal.state().epoch());
    }
  }

  @Test
  void lastStepsWithoutALossCount() throws IOException {
    try (RunJournal journal = begin()) {
      ReportedRun run = new ReportedRun(journal, folder, 0);
      run.begin();
      run.accept(step(1, 5));
      run.accept(new ProgramReport.Stepped(3, null));
      run.end();
      assertEquals(3, journal.state().step());
      assertEquals(5.0, journal.state().loss());
    }
  }

  @Test
  void aFolderThatIsGoneIsSaidToBe() throws IOException {
    try (RunJournal journal = begin()) {
      Path run = journal.files().folder();
      ReportedRun reported = new ReportedRun(journal, folder, 0);
      reported.begin();
      Files.move(run, folder.resolve("moved"));
      IOException gone = assertThrows(IOException.class, () -> reported.accept(step(1, 5)));
      String told = "the folder of the run is gone, deleted or moved: " + run;
      assertEquals(told, gone.getMessage());
      gone = assertThrows(IOException.class, () -> journal.end(RunStatus.FAILED, "x", 1));
      assertEquals(told, gone.getMessage());
    }
  }
}
