package dev.computepool.train.run;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.train.batch.BatchPlan;
import dev.computepool.train.model.Batch;
import dev.computepool.train.step.Evaluation;
import dev.computepool.train.step.StepResult;
import dev.computepool.train.step.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Makes the steps of a plan, writes metrics and checkpoints, and ends where it should.
public final class TrainingLoop {
  private static final double NANOS = 1e9;

  /// Seconds of training after which a checkpoint is written although none is due: the most that a
  /// power cut can cost.
  private static final double AUTOSAVE = 300;

  private final Trainer trainer;
  private final LoopPlan plan;
  private final RunJournal journal;
  private final Checkpoints checkpoints;
  private final Cancellation cancellation;
  private final LongSupplier memory;
  private LoopState state = LoopState.START;
  private long sessionStart;
  private double elapsedBefore;

  // Since the last line of metrics, in this session alone.
  private long rowTokens;
  private double rowStart;
  private double savedAt;

  /// @param base folder of the model that is trained
  /// @param memory bytes that this process uses; negative where that is not known
  public TrainingLoop(
      Trainer trainer,
      LoopPlan plan,
      RunJournal journal,
      Path base,
      Cancellation cancellation,
      LongSupplier memory) {
    this.trainer = trainer;
    this.plan = plan;
    this.journal = journal;
    this.checkpoints = new Checkpoints(journal.files(), base);
    this.cancellation = cancellation;
    this.memory = memory;
  }

  /// Trains from the newest checkpoint, or from the beginning, to the end.
  ///
  /// @throws LossException if the loss is no number any more; the checkpoints before it stay
  /// @throws CancelledException if the user asked to stop; what was done is saved
  public Outcome run() throws IOException {
    begin();
    try {
      return train();
    } catch (CancelledException e) {
      save();
      throw e;
    }
  }

  private void begin() throws IOException {
    Optional<Path> newest = checkpoints.newest();
    if (newest.isPresent()) {
      restore(newest.get());
    }
    journal.forgetAfter(state.step());
    List<MetricsRow> kept = Runs.metrics(journal.files());
    journal.change(
        tree -> {
          tree.put("steps", plan.steps()).put("step", state.step());
          tree.put("epoch", plan.epochsAfter(state.step()));
          tree.put("loss", kept.isEmpty() ? null : kept.getLast().loss());
        });
    journal.record(new RunEvent.Begun(state.step(), plan.steps()));
    elapsedBefore = state.elapsedS();
    sessionStart = System.nanoTime();
    rowStart = elapsedBefore;
    savedAt = elapsedBefore;
  }

  private void restore(Path checkpoint) throws IOException {
    try {
      trainer.restore(checkpoint);
      state = LoopState.read(checkpoint);
    } catch (NoSuchFileException | FormatException e) {
      throw new CheckpointException(checkpoint, e);
    }
  }

  private Outcome train() throws IOException {
    LearningRate rates = plan.rates();
    // The run may have been stopped while it was measuring.
    evaluateIfDue();
    while (state.step() < plan.steps() && !isHopeless()) {
      cancellation.check();
      Optional<String> stop = reasonToStop();
      if (stop.isPresent()) {
        save();
        return new Outcome(RunStatus.STOPPED, state.step(), stop.get());
      }
      step(state.step() + 1, rates);
      evaluateIfDue();
      if (plan.isSaved(state.step()) || elapsed() - savedAt >= AUTOSAVE) {
        save();
      }
    }
    finish();
    return new Outcome(RunStatus.COMPLETED, state.step(), isHopeless() ? whyHopeless() : "");
  }

  private String whyHopeless() {
    String why =
        "no better validation loss in %d evaluation%s"
            .formatted(state.worse(), state.worse() == 1 ? "" : "s");
    RunState.Best best = state.best();
    return best == null ? why : why + "; the best is in " + best.checkpoint();
  }

  private double elapsed() {
    return elapsedBefore + (System.nanoTime() - sessionStart) / NANOS;
  }

  private Optional<String> reasonToStop() throws IOException {
    if (Files.exists(journal.files().stopRequest())) {
      Files.delete(journal.files().stopRequest());
      return Optional.of("it was asked to");
    }
    var longest = plan.options().longest();
    if (!longest.isZero() && elapsed() >= longest.toMillis() / 1000.0) {
      return Optional.of("its time is over: max_runtime_hours");
    }
    return Optional.empty();
  }

  private void step(long number, LearningRate rates) throws IOException {
    List<Batch> batches = plan.batches(number);
    double rate = rates.at(number);
    StepResult result = trainer.step(batches, rate, number, cancellation);
    if (!result.finite()) {
      throw new LossException(number, result.loss(), result.gradientNorm());
    }
    rowTokens += result.tokens();
    state = state.plus(result.loss(), result.lossTokens()).at(number, elapsed());
    if (plan.isLogged(number)) {
      log(rate, result);
    } else {
      journal.record(new RunEvent.Stepped(number, plan.steps(), null));
    }
  }

  private void log(double rate, StepResult result) throws IOException {
    double seconds = state.elapsedS() - rowStart;
    long bytes = memory.getAsLong();
    MetricsRow row =
        new MetricsRow(
            state.step(),
            state.lossTokens() == 0 ? result.loss() : state.lossSum() / state.lossTokens(),
            rate,
            plan.epochsAfter(state.step()),
            rounded(state.elapsedS()),
            seconds <= 0 ? null : rounded(rowTokens / seconds),
            result.gradientNorm(),
            bytes < 0 ? null : bytes,
            journal.now());
    journal.add(row);
    state = state.logged();
    rowTokens = 0;
    rowStart = state.elapsedS();
    journal.change(
        tree ->
            tree.put("step", row.step())
                .put("epoch", row.epoch())
                .put("loss", row.loss())
                .put("elapsed_s", row.elapsedS()));
    journal.record(new RunEvent.Stepped(row.step(), plan.steps(), row));
  }

  /// Seconds and rates to the thousandth: more digits say nothing.
  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private void evaluateIfDue() throws IOException {
    BatchPlan validation = plan.validation();
    if (validation != null && plan.isEvaluated(state.step()) && state.measured() < state.step()) {
      evaluate(validation);
    }
  }

  private void evaluate(BatchPlan validation) throws IOException {
    double sum = 0;
    long tokens = 0;
    for (int i = 0; i < validation.size(); i++) {
      cancellation.check();
      Evaluation part = trainer.evaluate(List.of(validation.batch(i)));
      sum += part.loss() * part.lossTokens();
      tokens += part.lossTokens();
    }
    double loss = tokens == 0 ? Double.NaN : sum / tokens;
    RunState.Best best = state.best();
    boolean better = Double.isFinite(loss) && (best == null || loss < best.evalLoss());
    String folder = journal.files().checkpoint(state.step()).getFileName().toString();
    state = better ? state.better(new RunState.Best(state.step(), loss, folder)) : state.worsened();
    // Measuring is no training: its time counts for no rate.
    rowStart = elapsed();
    state = state.at(state.step(), rowStart);
    journal.record(
        new RunEvent.Evaluated(state.step(), plan.epochsAfter(state.step()), loss, better));
    if (better && !plan.isSaved(state.step())) {
      save();
    }
  }

  private boolean isHopeless() {
    int patience = plan.options().patience();
    return patience > 0 && state.worse() >= patience && state.step() < plan.steps();
  }

  private void save() throws IOException {
    Path folder = checkpoints.save(trainer, state);
    savedAt = elapsed();
    checkpoints.prune(plan.options().keep(), state.best());
    journal.change(
        tree -> {
          tree.put("checkpoint", folder.getFileName().toString()).put("step", state.step());
          RunState.Best best = state.best();
          if (best != null) {
            tree.putObject("best")
                .put("step", best.step())
                .put("eval_loss", best.evalLoss())
                .put("checkpoint", best.checkpoint());
          }
        });
    journal.record(new RunEvent.Saved(state.step(), folder.getFileName().toString()));
  }

  private void finish() throws IOException {
    Path folder = checkpoints.saveFinal(trainer);
    journal.record(new RunEvent.Saved(state.step(), folder.getFileName().toString()));
  }
}
