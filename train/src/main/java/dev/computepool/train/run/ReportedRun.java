package dev.computepool.train.run;

import dev.computepool.train.run.ProgramReport.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// Writes down what another program tells of its training, as {@link TrainingLoop} does of its own.
public final class ReportedRun {
  private static final double NANOS = 1e9;

  private final RunJournal journal;
  private final Checkpoints checkpoints;
  private final int keep;
  private long begunAt = System.nanoTime();
  private double elapsedBefore;
  private long from;
  private long step;
  private long steps;
  private RunState.@Nullable Best best;

  /// @param base folder of the model that is trained
  /// @param keep how many of the newest checkpoints are kept; 0 for all
  public ReportedRun(RunJournal journal, Path base, int keep) {
    this.journal = journal;
    this.checkpoints = new Checkpoints(journal.files(), base);
    this.keep = keep;
  }

  /// Takes back what was written after the newest checkpoint, from which the program is to go on.
  ///
  /// @return that checkpoint; nothing if there is none
  public Optional<Path> begin() throws IOException {
    Optional<Path> newest = checkpoints.newest();
    if (newest.isPresent()) {
      from = number(newest.get().getFileName().toString()).orElseThrow();
    }
    step = from;
    journal.forgetAfter(from);
    List<MetricsRow> kept = Runs.metrics(journal.files());
    MetricsRow last = kept.isEmpty() ? null : kept.getLast();
    elapsedBefore = last == null ? 0 : last.elapsedS();
    for (RunEvent.Evaluated earlier : Runs.evaluations(journal.files())) {
      if (earlier.step() <= from) {
        better(earlier.step(), earlier.loss());
      }
    }
    journal.change(
        tree -> {
          tree.put("step", from).put("elapsed_s", elapsedBefore);
          tree.put("loss", last == null ? null : last.loss());
          tree.put("epoch", last == null || last.epoch() == null ? 0.0 : last.epoch());
        });
    begunAt = System.nanoTime();
    return newest;
  }

  /// Writes down how far the program came: its last steps may have told no loss.
  public void end() throws IOException {
    if (journal.state().step() < step) {
      journal.change(tree -> tree.put("step", step));
    }
  }

  /// Seconds of training so far, all sessions together.
  public double elapsed() {
    return elapsedBefore + (System.nanoTime() - begunAt) / NANOS;
  }

  /// The last step that the program told of.
  public long step() {
    return step;
  }

  /// Steps of the whole training; 0 if the program did not tell.
  public long steps() {
    return steps;
  }

  /// Writes down one report.
  ///
  /// @throws LossException if a loss is no number any more
  public void accept(ProgramReport report) throws IOException {
    switch (report) {
      case ProgramReport.Begun begun -> begun(begun);
      case ProgramReport.Stepped(long number, Measured measured) -> stepped(number, measured);
      case ProgramReport.Evaluated(long number, double epoch, double loss) ->
          journal.record(
              new RunEvent.Evaluated(
                  number, Double.isFinite(epoch) ? epoch : 0, loss, better(number, loss)));
      case ProgramReport.Saved(String path, OptionalLong number) -> saved(path, number);
      case ProgramReport.Stage(String what) -> journal.record(new RunEvent.Stage(what));
      case ProgramReport.Note(String what) -> journal.record(new RunEvent.Note(what));
      case ProgramReport.Done(String why) -> journal.record(new RunEvent.Stage(why));
      case ProgramReport.Failed _, ProgramReport.Stopped _ -> {
        // How it ended is told once it has.
      }
    }
  }

  private void begun(ProgramReport.Begun begun) throws IOException {
    steps = begun.steps();
    begunAt = System.nanoTime();
    journal.change(tree -> tree.put("steps", steps).put("step", from));
    if (begun.parameters() > 0) {
      journal.describeModel(begun.parameters(), begun.trainable());
    }
    journal.record(new RunEvent.Begun(from, steps));
  }

  private void stepped(long number, @Nullable Measured measured) throws IOException {
    // Lines that come twice, or late, count once.
    if (number <= step) {
      return;
    }
    step = number;
    if (measured == null) {
      journal.record(new RunEvent.Stepped(number, steps, null));
      return;
    }
    double norm = measured.gradNorm() == null ? 0 : measured.gradNorm();
    if (!Double.isFinite(measured.loss())) {
      throw new LossException(number, measured.loss(), norm);
    }
    MetricsRow row =
        new MetricsRow(
            number,
            measured.loss(),
            measured.lr(),
            measured.epoch(),
            Math.round(elapsed() * 1000) / 1000.0,
            measured.tokensPerS(),
            measured.gradNorm(),
            measured.memoryBytes(),
            journal.now());
    journal.add(row);
    journal.change(
        tree -> {
          tree.put("step", number).put("loss", row.loss()).put("elapsed_s", row.elapsedS());
          if (row.epoch() != null) {
            tree.put("epoch", row.epoch());
          }
        });
    journal.record(new RunEvent.Stepped(number, steps, row));
  }

  private boolean better(long number, double loss) {
    RunState.Best known = best;
    boolean better = Double.isFinite(loss) && (known == null || loss < known.evalLoss());
    if (better) {
      String folder = journal.files().checkpoint(number).getFileName().toString();
      best = new RunState.Best(number, loss, folder);
    }
    return better;
  }

  private void saved(String path, OptionalLong told) throws IOException {
    Path run = journal.files().folder().toAbsolutePath().normalize();
    Path folder = run.resolve(path).normalize();
    String name = String.valueOf(folder.getFileName());
    boolean ours = run.equals(folder.getParent()) && Files.isDirectory(folder);
    if (ours && name.equals(RunFiles.FINAL)) {
      journal.record(new RunEvent.Saved(told.orElse(step), name));
      return;
    }
    OptionalLong number = number(name);
    if (!ours || number.isEmpty()) {
      journal.record(
          new RunEvent.Note(
              "the program tells of a checkpoint %s, and that is no folder of the run called checkpoint-N"
                  .formatted(path)));
      return;
    }
    checkpoints.prune(keep, best);
    RunState.Best known = best;
    journal.change(
        tree -> {
          tree.put("checkpoint", name);
          if (known != null && Files.isDirectory(run.resolve(known.checkpoint()))) {
            tree.putObject("best")
                .put("step", known.step())
                .put("eval_loss", known.evalLoss())
                .put("checkpoint", known.checkpoint());
          }
        });
    journal.record(new RunEvent.Saved(number.getAsLong(), name));
  }

  private static OptionalLong number(String name) {
    Matcher matcher = Checkpoints.NAME.matcher(name);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
