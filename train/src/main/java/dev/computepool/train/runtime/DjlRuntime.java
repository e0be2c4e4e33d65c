package dev.computepool.train.runtime;

import dev.computepool.base.Cancellation;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.train.batch.BatchPlan;
import dev.computepool.train.batch.BatchPlan.Rows;
import dev.computepool.train.batch.DatasetTokens;
import dev.computepool.train.batch.EncoderOptions;
import dev.computepool.train.batch.ExampleEncoder;
import dev.computepool.train.batch.Split;
import dev.computepool.train.batch.TokenCounts;
import dev.computepool.train.batch.TokenFile;
import dev.computepool.train.config.Device;
import dev.computepool.train.config.InputConfig;
import dev.computepool.train.config.LongExamples;
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
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Trains in this process.
final class DjlRuntime implements TrainingRuntime {
  private static final double NANOS_PER_HOUR = 3.6e12;

  // Rows of an evaluation need no memory for gradients.
  private static final int EVALUATION_ROWS = 2;

  @Override
  public Outcome train(RunJournal journal, TrainConfigFile file, Path base, Session session)
      throws IOException {
    TrainConfig config = file.config();
    // What a market would allow is no limit here unless its owner says so.
    Duration longest =
        file.isSet("resources.max_runtime_hours")
            ? Duration.ofNanos((long) (config.resources().maxRuntimeHours() * NANOS_PER_HOUR))
            : Duration.ZERO;
    try (Examples examples = Examples.read(journal, config, base, session)) {
      journal.record(new RunEvent.Stage("Loading the model"));
      try (Cancellation.Hold _ = session.progress().cancellation().hold();
          LoraTrainer trainer = LoraTrainer.open(options(config, base, session))) {
        journal.describeModel(trainer.totalParameters(), trainer.trainableParameters());
        return new TrainingLoop(
                trainer,
                examples.plan(config, longest),
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

  /// The examples of a run as tokens.
  private record Examples(TokenFile training, @Nullable TokenFile apart, Split split)
      implements AutoCloseable {
    static Examples read(RunJournal journal, TrainConfig config, Path base, Session session)
        throws IOException {
      InputConfig input = config.input();
      TrainingConfig training = config.training();
      EncoderOptions options =
          new EncoderOptions(
              training.maxSeqLen(),
              training.longExamples() == LongExamples.TRUNCATE,
              !training.trainOnInputs(),
              input.chatTemplate());
      TokenFile tokens = null;
      TokenFile apart = null;
      boolean read = false;
      try (ExampleEncoder encoder = ExampleEncoder.open(base, options)) {
        journal.record(new RunEvent.Stage("Reading the dataset"));
        Encoding encoding = new Encoding(journal, config, base, encoder, options, session);
        tokens = encoding.tokens(input.dataset(), "training");
        Path validation = input.validation();
        Split split;
        if (validation == null) {
          split = Split.of(tokens, input.validationSplit(), training.seed());
        } else {
          apart = encoding.tokens(validation, "validation");
          split =
              new Split(
                  Split.all(tokens).training(), IntStream.range(0, apart.examples()).toArray());
        }
        if (split.validation().length == 0 && input.validationSplit() > 0) {
          journal.record(
              new RunEvent.Note(
                  "all examples are of one source, so none is kept back to measure with"));
        }
        journal.describeDataset(split.training().length, split.validation().length);
        read = true;
        return new Examples(tokens, apart, split);
      } finally {
        if (!read) {
          close(tokens);
          close(apart);
        }
      }
    }

    LoopPlan plan(TrainConfig config, Duration longest) {
      TrainingConfig training = config.training();
      int[] kept = split.validation();
      TokenFile from = apart == null ? this.training : apart;
      return new LoopPlan(
          this.training,
          split.training(),
          kept.length == 0
              ? null
              : BatchPlan.evaluation(from, kept, training.batchSize() * EVALUATION_ROWS),
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

    private static void close(@Nullable TokenFile file) {
      if (file != null) {
        file.close();
      }
    }

    @Override
    public void close() {
      close(training);
      close(apart);
    }
  }

  /// Encodes the files of a run, unless that was done before.
  private record Encoding(
      RunJournal journal,
      TrainConfig config,
      Path base,
      ExampleEncoder encoder,
      EncoderOptions options,
      Session session) {
    TokenFile tokens(Path dataset, String part) throws IOException {
      Digest content = digest(dataset);
      journal.requireSame(part, dataset, content);
      Digest key = key(content);
      Path file = journal.files().tokens(part);
      Files.createDirectories(file.getParent());
      Optional<TokenFile> known = TokenFile.open(file, key);
      if (known.isPresent()) {
        return known.get();
      }
      TokenCounts counts =
          DatasetTokens.write(
              dataset,
              config.input().format(),
              encoder,
              file,
              key,
              session.threads(),
              session.progress());
      journal.describe(part, dataset, content, counts);
      return TokenFile.open(file, key)
          .orElseThrow(
              () ->
                  new FormatException(
                      file.toString(), new Problem("", "was changed by somebody else")));
    }

    /// All that tokens depend on.
    private Digest key(Digest content) throws IOException {
      StringBuilder all = new StringBuilder(content.hex());
      all.append(options).append(config.input().format());
      for (String name :
          List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")) {
        Path file = base.resolve(name);
        all.append(Files.isRegularFile(file) ? digest(file).hex() : "-");
      }
      Path template = options.template();
      all.append(template == null ? "-" : digest(template).hex()).append(session.version());
      byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
      return Sha256.hasher().update(bytes, 0, bytes.length).digest();
    }

    private Digest digest(Path file) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
          Progress.Step step =
              session
                  .progress()
                  .begin("Hashing " + file.getFileName(), channel.size(), Progress.Unit.BYTES)) {
        return Sha256.digest(channel, 0, channel.size(), step);
      }
    }
  }
}
