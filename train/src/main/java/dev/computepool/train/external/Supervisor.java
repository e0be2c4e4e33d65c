package dev.computepool.train.external;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.DiskSpace;
import dev.computepool.train.run.Outcome;
import dev.computepool.train.run.ProgramReport;
import dev.computepool.train.run.ReportedRun;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.RunJournal;
import dev.computepool.train.run.RunStatus;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Has a program train, writes down what it tells, and ends it when the run is to stop.
public final class Supervisor {
  private static final Duration LOOK = Duration.ofMillis(100);

  /// What a program may take between SIGTERM and SIGKILL.
  private static final Duration LAST_GRACE = Duration.ofSeconds(10);

  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  private final RunJournal journal;
  private final RunFiles files;
  private final ReportedRun run;
  private final Duration longest;
  private final Cancellation cancellation;
  private boolean begun;
  private String error = "";
  private String done = "";
  private String reason = "";
  private volatile @Nullable IOException logging;
  private Pressure pressure = Pressure.NONE;
  private long since;

  /// How much a program was urged to end.
  private enum Pressure {
    NONE,
    ASKED,
    SIGNALLED,
    KILLED
  }

  /// @param longest how long the run may train; zero for no limit
  public Supervisor(
      RunJournal journal, ReportedRun run, Duration longest, Cancellation cancellation) {
    this.journal = journal;
    this.files = journal.files();
    this.run = run;
    this.longest = longest;
    this.cancellation = cancellation;
  }

  /// Runs a program to its end, or to where the run is to stop.
  ///
  /// @throws ProgramException if it fails, or ends without a result
  /// @throws dev.computepool.train.run.LossException if a loss is no number any more
  /// @throws CancelledException if the user asked to stop
  public Outcome run(Program program) throws IOException {
    // The process must not end before the program has: it could not be asked to save any more.
    try (Cancellation.Hold _ = cancellation.hold();
        ProgramProcess process = ProgramProcess.start(program, this::log)) {
      while (!process.isOver()) {
        IOException failure = logging;
        if (failure != null) {
          throw DiskSpace.explain(failure, files.folder(), 0);
        }
        press(program, process);
        String line = process.next(LOOK);
        if (line != null) {
          read(line, process);
        }
      }
      int code = process.await();
      run.end();
      return outcome(program, process, code);
    } finally {
      Files.deleteIfExists(files.stopRequest());
    }
  }

  /// Writes down what the program prints. Who reads from it must go on, or it would wait for ever.
  private void log(String line) {
    try {
      journal.print(line);
    } catch (IOException e) {
      logging = e;
    }
  }

  private void read(String line, ProgramProcess process) throws IOException {
    Optional<ProgramReport> report = ReportLine.parse(line);
    if (report.isEmpty()) {
      process.print(line);
      return;
    }
    switch (report.get()) {
      case ProgramReport.Failed(String why) -> {
        error = why;
        process.print(line);
      }
      case ProgramReport.Done(String why) -> done = why;
      case ProgramReport.Begun _, ProgramReport.Stepped _ -> begun = true;
      default -> {
        // Written down below, like these.
      }
    }
    run.accept(report.get());
  }

  /// Urges the program to end, if it is to, more the longer that takes.
  private void press(Program program, ProgramProcess process) throws IOException {
    switch (pressure) {
      case NONE -> {
        Optional<String> why = reasonToStop();
        if (why.isPresent()) {
          reason = why.get();
          ask(program, process);
        }
      }
      case ASKED -> {
        if (waited(program.grace())) {
          log("did not end within %d s and gets SIGTERM".formatted(program.grace().toSeconds()));
          process.terminate();
          press(Pressure.SIGNALLED);
        }
      }
      case SIGNALLED -> {
        boolean signalledFirst = program.asking() == Program.Asking.BY_SIGNAL || !begun;
        if (waited(signalledFirst ? program.grace() : LAST_GRACE)) {
          log("did not end after SIGTERM and is killed");
          reason += "; the program did not end by itself and was killed";
          process.kill();
          press(Pressure.KILLED);
        }
      }
      case KILLED -> {
        // Nothing is left to be done.
      }
    }
  }

  private void ask(Program program, ProgramProcess process) throws IOException {
    switch (program.asking()) {
      case BY_FILE -> {
        if (!begun && cancellation.isCancelled()) {
          // It has nothing to save yet, and does not look before its first step.
          process.terminate();
          press(Pressure.SIGNALLED);
          return;
        }
        request();
        press(Pressure.ASKED);
      }
      case BY_SIGNAL -> {
        process.terminate();
        press(Pressure.SIGNALLED);
      }
    }
  }

  private void request() throws IOException {
    try {
      Files.createFile(files.stopRequest());
    } catch (FileAlreadyExistsException e) {
      // It was made by who asks; the program has seen it.
    }
  }

  private void press(Pressure more) {
    pressure = more;
    since = System.nanoTime();
  }

  private boolean waited(Duration time) {
    return System.nanoTime() - since >= time.toNanos();
  }

  private Optional<String> reasonToStop() {
    if (cancellation.isCancelled()) {
      return Optional.of("it was interrupted");
    }
    if (Files.exists(files.stopRequest())) {
      return Optional.of("it was asked to");
    }
    if (!longest.isZero() && run.elapsed() >= longest.toMillis() / 1000.0) {
      return Optional.of("its time is over: max_runtime_hours");
    }
    return Optional.empty();
  }

  private Outcome outcome(Program program, ProgramProcess process, int code) throws IOException {
    if (code == 0 && Files.isDirectory(files.finalCheckpoint())) {
      return new Outcome(RunStatus.COMPLETED, run.step(), done);
    }
    if (pressure != Pressure.NONE) {
      tellOfFailure(program, code);
      if (cancellation.isCancelled()) {
        throw new CancelledException();
      }
      return new Outcome(RunStatus.STOPPED, run.step(), reason);
    }
    String why = error;
    if (why.isEmpty() && code == 0) {
      why = "there is no %s".formatted(RunFiles.FINAL);
    }
    throw DiskSpace.explain(
        new ProgramException(program.name(), code, why, process.words()), files.folder(), 0);
  }

  /// A program that was asked to stop may fail at that, and then has saved nothing.
  private void tellOfFailure(Program program, int code) throws IOException {
    if (!error.isEmpty() || !isEndOfWhoWasAsked(code)) {
      journal.record(
          new RunEvent.Note(
              "it was to stop, and "
                  + new ProgramException(program.name(), code, error, List.of()).getMessage()));
    }
  }

  private static boolean isEndOfWhoWasAsked(int code) {
    return switch (code) {
      case 0, 128 + SIGHUP, 128 + SIGINT, 128 + SIGKILL, 128 + SIGTERM -> true;
      default -> false;
    };
  }
}
