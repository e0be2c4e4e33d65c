package dev.computepool.train.runtime;

import dev.computepool.base.Cancellation;
import dev.computepool.train.batch.BatchPlan;
import dev.computepool.train.batch.BatchPlan.Rows;
import dev.computepool.train.config.Device;
import dev.computepool.train.config.Method;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.config.TrainingConfig;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.run.LearningRate;
import dev.computepool.train.run.LoopPlan;
import dev.computepool.train.run.Outcome;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunJournal;
import dev.computepool.train.run.TrainingLoop;
import dev.computepool.train.step.AdamWOptions;
import dev.computepool.train.step.LoraTrainer;
import dev.computepool.train.step.TrainerOptions;
import dev.computepool.train.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Trains in this process.
final class DjlRuntime implements TrainingRuntime {
  // Rows of an evaluation need no memory for gradients.
  private static final int EVALUATION_ROWS = 2;

  @Override
  public Outcome train(RunJournal journal, TrainConfigFile file, Path base, Session session)
      throws IOException {
    TrainConfig config = file.config();
    Duration longest = Limits.longest(file);
    try (RunExamples examples = RunExamples.read(journal, config, base, session)) {
      journal.record(new RunEvent.Stage("Loading the model"));
      try (Cancellation.Hold _ = session.progress().cancellation().hold();
          LoraTrainer trainer = LoraTrainer.open(options(config, base, session))) {
        journal.describeModel(trainer.totalParameters(), trainer.trainableParameters());
        return new TrainingLoop(
                trainer,
                plan(examples, config, longest),
                journal,
                base,
                session.progress().cancellation(),
                session.memory())
            .run();
      }
    }
  }

  private static TrainerOptions options(TrainConfig config, Path base, Session session) {
    TrainingConfig training = config.training();
    return new TrainerOptions(
        base,
        config.method() == Method.FULL ? null : LoraOptions.of(config.lora()),
        new AdamWOptions(
            training.adamBeta1(),
            training.adamBeta2(),
            training.adamEpsilon(),
            training.weightDecay(),
            training.maxGradNorm()),
        training.gradientCheckpointing(),
        training.threads() > 0 ? training.threads() : session.threads(),
        training.seed(),
        training.device() == Device.CUDA ? Torch.Target.CUDA : Torch.Target.CPU);
  }

  private static LoopPlan plan(RunExamples examples, TrainConfig config, Duration longest) {
    TrainingConfig training = config.training();
    int[] kept = examples.split().validation();
    return new LoopPlan(
        examples.training(),
        examples.split().training(),
        kept.length == 0
            ? null
            : BatchPlan.evaluation(
                examples.measured(), kept, training.batchSize() * EVALUATION_ROWS),
        new LoopPlan.Options(
            rows(training),
            training.batchSize(),
            training.gradientAccumulationSteps(),
            training.maxSeqLen(),
            training.epochs(),
            training.maxSteps(),
            schedule(training),
            training.learningRate(),
            training.minLearningRateRatio(),
            training.warmupSteps(),
            training.warmupRatio(),
            training.logSteps(),
            training.evalSteps(),
            training.saveSteps(),
            training.saveTotalLimit(),
            training.earlyStoppingPatience(),
            training.seed(),
            longest));
  }

  private static Rows rows(TrainingConfig training) {
    return switch (training.packing()) {
      case BUCKETS -> Rows.BUCKETS;
      case PACK -> Rows.PACKED;
      case NONE -> Rows.PLAIN;
    };
  }

  private static LearningRate.Shape schedule(TrainingConfig training) {
    return switch (training.scheduler()) {
      case COSINE -> LearningRate.Shape.COSINE;
      case LINEAR -> LearningRate.Shape.LINEAR;
      case CONSTANT -> LearningRate.Shape.CONSTANT;
    };
  }
}
