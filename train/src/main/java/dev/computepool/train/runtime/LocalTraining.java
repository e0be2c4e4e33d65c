package dev.computepool.train.runtime;

import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.train.config.Finding;
import dev.computepool.train.config.NewConfig;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.preflight.ModelSearch;
import dev.computepool.train.preflight.Preflight;
import dev.computepool.train.preflight.PreflightReport;
import dev.computepool.train.preflight.Surroundings;
import dev.computepool.train.run.Outcome;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.RunJournal;
import dev.computepool.train.run.RunListener;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;

/// Training on this machine: begins runs, and takes them up again.
public final class LocalTraining {
  private final Surroundings here;
  private final Session session;
  private final Clock clock;
  private final RunListener listener;
  private final Function<Throwable, Verdict> verdicts;

  /// What the program makes of an error.
  ///
  /// @param reason in words, without what can be done about it
  /// @param exitCode that it will end with
  public record Verdict(String reason, int exitCode) {}

  /// @param verdicts what is written down about an error in the run's record
  public LocalTraining(
      Surroundings here,
      Session session,
      Clock clock,
      RunListener listener,
      Function<Throwable, Verdict> verdicts) {
    this.here = here;
    this.session = session;
    this.clock = clock;
    this.listener = listener;
    this.verdicts = verdicts;
  }

  /// What is known of a run before it begins.
  ///
  /// @throws FormatException with all that must be put right first
  public PreflightReport check(Path config) throws IOException {
    PreflightReport report = Preflight.run(config, here);
    report.throwIfAny();
    return report;
  }

  /// Trains as a configuration says, from the beginning.
  ///
  /// @throws FormatException with all that must be put right first
  public Runs.Found start(Path file) throws IOException {
    PreflightReport report = check(file);
    TrainConfigFile read = TrainConfigFile.read(file);
    Path base = base(read);
    NewConfig frozen = NewConfig.of(read).baseModel(base.toString());
    TrainConfig config = read.config();
    try (RunJournal journal =
        RunJournal.begin(
            config.outputs().download().toAbsolutePath().normalize(),
            frozen.text(false),
            new RunJournal.Facts(
                config.name(),
                session.version(),
                config.runtime().label(),
                config.workloadClass().name(),
                config.method().label(),
                base.toString()),
            clock,
            listener)) {
      for (Finding note : report.findings()) {
        journal.record(
            new RunEvent.Note("%s at %s: %s".formatted(file, note.place(), note.what())));
      }
      return train(journal, TrainConfigFile.read(journal.files().config()), base);
    }
  }

  /// Goes on with a run that has not come to its end.
  ///
  /// @throws FormatException if it has come to its end, or what it learns from has changed
  /// @throws dev.computepool.base.BusyException if a process works on it
  public Runs.Found resume(RunFiles files) throws IOException {
    try (RunJournal journal = RunJournal.resume(files, clock, listener)) {
      if (journal.state().status().equals(RunStatus.COMPLETED.label())) {
        throw new FormatException(
            files.folder().toString(),
            new Problem("", "the run came to its end; there is nothing left to do"));
      }
      TrainConfigFile read = TrainConfigFile.read(files.config());
      Path base = base(read);
      journal.goOn();
      return train(journal, read, base);
    }
  }

  private Runs.Found train(RunJournal journal, TrainConfigFile file, Path base) throws IOException {
    Throwable failure = null;
    try {
      journal.record(new RunEvent.Opened(journal.files().folder().toString()));
      Outcome outcome =
          TrainingRuntime.of(file.config().runtime(), here.python())
              .train(journal, file, base, session);
      journal.end(outcome.status(), outcome.reason(), 0);
      return new Runs.Found(journal.files(), journal.state(), outcome.status());
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      if (failure != null) {
        end(journal, failure);
      }
    }
  }

  /// Writes down why a run ended, if that is possible: a full disk may be the reason.
  private void end(RunJournal journal, Throwable failure) {
    boolean stopped = failure instanceof CancelledException;
    Verdict verdict = verdicts.apply(failure);
    try {
      journal.end(
          stopped ? RunStatus.STOPPED : RunStatus.FAILED,
          stopped ? "it was interrupted" : verdict.reason(),
          verdict.exitCode());
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private Path base(TrainConfigFile file) throws IOException {
    String name = file.config().baseModel();
    return switch (ModelSearch.find(name, file.folder(), here.hubCache())) {
      case ModelSearch.Found.Folder(Path path) -> path.toAbsolutePath().normalize();
      case ModelSearch.Found.Nothing(String why) ->
          throw new FormatException(
              file.path().toString(),
              new Problem(file.place("base_model").toString(), "'%s' %s".formatted(name, why)));
    };
  }
}
