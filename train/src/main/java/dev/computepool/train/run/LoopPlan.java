package dev.computepool.train.run;

import dev.computepool.train.batch.BatchPlan;
import dev.computepool.train.batch.BatchPlan.Rows;
import dev.computepool.train.batch.TokenFile;
import dev.computepool.train.model.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a run does, step by step. Everything about a step follows from its number, so that a run
/// that was resumed does what one does that was not.
public final class LoopPlan {
  private final TokenFile training;
  private final int[] chosen;
  private final @Nullable BatchPlan validation;
  private final Options options;
  private final long stepsPerEpoch;
  private final long steps;
  private int epoch = -1;
  private @Nullable BatchPlan batches;

  /// How a run goes.
  ///
  /// @param batchSize rows that are computed at once
  /// @param accumulation batches of a step
  /// @param maxTokens of a row
  /// @param maxSteps the most steps; 0 for as many as the epochs have
  /// @param warmupSteps 0 for the share `warmupRatio` of all steps
  /// @param logSteps steps between two lines of metrics
  /// @param evalSteps steps between two evaluations; 0 for the end of each epoch
  /// @param saveSteps steps between two checkpoints; 0 for the end of each epoch
  /// @param keep how many of the newest checkpoints are kept; 0 for all
  /// @param patience evaluations without a better loss after which it ends; 0 for no end
  /// @param longest how long it may train; zero for no limit
  public record Options(
      Rows rows,
      int batchSize,
      int accumulation,
      int maxTokens,
      double epochs,
      long maxSteps,
      LearningRate.Shape schedule,
      double learningRate,
      double leastRate,
      long warmupSteps,
      double warmupRatio,
      long logSteps,
      long evalSteps,
      long saveSteps,
      int keep,
      int patience,
      long seed,
      Duration longest) {}

  /// @param chosen numbers of the examples that are learned from, at least one
  /// @param validation batches to measure with; null for none
  public LoopPlan(
      TokenFile training, int[] chosen, @Nullable BatchPlan validation, Options options) {
    this.training = training;
    this.chosen = chosen.clone();
    this.validation = validation;
    this.options = options;
    this.stepsPerEpoch = Math.ceilDiv(epoch(0).size(), options.accumulation());
    long all = Math.max(1, (long) Math.ceil(options.epochs() * stepsPerEpoch - 1e-9));
    this.steps = options.maxSteps() > 0 ? Math.min(all, options.maxSteps()) : all;
  }

  public Options options() {
    return options;
  }

  /// Optimizer steps of the whole run.
  public long steps() {
    return steps;
  }

  /// Passes over the examples after a step.
  public double epochsAfter(long step) {
    return (double) step / stepsPerEpoch;
  }

  /// The learning rates.
  LearningRate rates() {
    long warmup =
        options.warmupSteps() > 0
            ? options.warmupSteps()
            : (long) Math.ceil(options.warmupRatio() * steps);
    return new LearningRate(
        options.schedule(),
        options.learningRate(),
        options.leastRate(),
        Math.min(warmup, steps),
        steps);
  }

  /// The batches of a step.
  ///
  /// @param step from 1
  List<Batch> batches(long step) {
    BatchPlan plan = epoch(Math.toIntExact((step - 1) / stepsPerEpoch));
    int first = Math.toIntExact((step - 1) % stepsPerEpoch * options.accumulation());
    List<Batch> batches = new ArrayList<>();
    for (int i = first; i < Math.min(plan.size(), first + options.accumulation()); i++) {
      batches.add(plan.batch(i));
    }
    return batches;
  }

  private BatchPlan epoch(int number) {
    BatchPlan known = batches;
    if (known == null || epoch != number) {
      known =
          BatchPlan.epoch(
              training,
              chosen,
              options.rows(),
              options.batchSize(),
              options.maxTokens(),
              options.seed() * 1_000_003 + number);
      batches = known;
      epoch = number;
    }
    return known;
  }

  /// The batches to measure with.
  @Nullable BatchPlan validation() {
    return validation;
  }

  boolean isLogged(long step) {
    return step % options.logSteps() == 0 || step == steps;
  }

  boolean isEvaluated(long step) {
    return validation != null && isDue(step, options.evalSteps());
  }

  boolean isSaved(long step) {
    return isDue(step, options.saveSteps());
  }

  private boolean isDue(long step, long every) {
    return step == steps || step % (every > 0 ? every : stepsPerEpoch) == 0;
  }
}
