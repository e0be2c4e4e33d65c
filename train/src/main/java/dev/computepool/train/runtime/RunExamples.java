package dev.computepool.train.runtime;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.train.batch.DatasetTokens;
import dev.computepool.train.batch.EncoderOptions;
import dev.computepool.train.batch.ExampleEncoder;
import dev.computepool.train.batch.Split;
import dev.computepool.train.batch.TokenCounts;
import dev.computepool.train.batch.TokenFile;
import dev.computepool.train.config.InputConfig;
import dev.computepool.train.config.LongExamples;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainingConfig;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunJournal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The examples of a run as tokens.
record RunExamples(TokenFile training, @Nullable TokenFile apart, Split split)
    implements AutoCloseable {
  static RunExamples read(RunJournal journal, TrainConfig config, Path base, Session session)
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
            new Split(Split.all(tokens).training(), IntStream.range(0, apart.examples()).toArray());
      }
      if (split.validation().length == 0 && input.validationSplit() > 0) {
        journal.record(
            new RunEvent.Note(
                "all examples are of one source, so none is kept back to measure with"));
      }
      journal.describeDataset(split.training().length, split.validation().length);
      read = true;
      return new RunExamples(tokens, apart, split);
    } finally {
      if (!read) {
        close(tokens);
        close(apart);
      }
    }
  }

  /// The file that has the examples to measure with.
  TokenFile measured() {
    return apart == null ? training : apart;
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
        return Sha256.digest(file, channel, 0, channel.size(), step);
      }
    }
  }
}
