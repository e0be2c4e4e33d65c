package dev.computepool.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.BusyException;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.hash.Digest;
import dev.computepool.train.batch.BatchPlan;
import dev.computepool.train.batch.BatchPlan.Rows;
import dev.computepool.train.batch.EncodedExample;
import dev.computepool.train.batch.TokenFile;
import dev.computepool.train.model.Batch;
import dev.computepool.train.step.Evaluation;
import dev.computepool.train.step.StepResult;
import dev.computepool.train.step.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
  private static final int EXAMPLES = 22;

  @TempDir private Path temporary;
  private Path base = Path.of("");
  private TokenFile tokens = emptyFile();

  private static TokenFile emptyFile() {
    try {
      Path file = Files.createTempFile("tokens", "");
      try (TokenFile.Writer writer = TokenFile.Writer.open(file)) {
        writer.commit(Digest.of(new byte[32]));
      }
      TokenFile empty = TokenFile.open(file, Digest.of(new byte[32])).orElseThrow();
      Files.delete(file);
      return empty;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void writeExamples() throws IOException {
    base = Files.createDirectory(temporary.resolve("base"));
    Files.writeString(base.resolve("tokenizer.json"), "{}");
    Path file = temporary.resolve("tokens");
    try (TokenFile.Writer writer = TokenFile.Writer.open(file)) {
      for (int i = 0; i < EXAMPLES; i++) {
        writer.add(new EncodedExample.Usable(IntStream.range(i, 2 * i + 3).toArray(), i, false));
      }
      writer.commit(Digest.of(new byte[32]));
    }
    tokens.close();
    tokens = TokenFile.open(file, Digest.of(new byte[32])).orElseThrow();
  }

  @AfterEach
  void close() {
    tokens.close();
  }

  /// A weight that each token moves, so that it tells which steps were made, in which order.
  private static final class Sum implements Trainer {
    private double weight = 1;
    private final List<Double> losses = new ArrayList<>();
    private long failsAt = -1;
    private Runnable afterStep = () -> {};

    @Override
    public StepResult step(List<Batch> batches, double rate, long step, Cancellation cancellation) {
      double sum = 0;
      long count = 0;
      for (Batch batch : batches) {
        for (int i = 0; i < batch.ids().length; i++) {
          sum = sum * 1.01 + batch.ids()[i];
        }
        count += batch.lossTokens();
      }
      double loss = weight / (step + 1);
      if (step == failsAt) {
        return new StepResult(Double.NaN, count, count, Double.NaN, false);
      }
      weight = weight * 0.99 + rate * sum;
      afterStep.run();
      return new StepResult(loss, count, count, sum, true);
    }

    @Override
    public Evaluation evaluate(List<Batch> batches) {
      return new Evaluation(losses.isEmpty() ? weight : losses.removeFirst(), 5);
    }

    @Override
    public void saveModel(Path directory) throws IOException {
      Files.writeString(directory.resolve("weight"), Double.toHexString(weight));
    }

    @Override
    public void saveState(Path directory) throws IOException {
      Files.writeString(directory.resolve("optimizer"), "x");
    }

    @Override
    public void restore(Path directory) throws IOException {
      weight = Double.parseDouble(Files.readString(directory.resolve("weight")));
    }

    @Override
    public long trainableParameters() {
      return 1;
    }

    @Override
    public long totalParameters() {
      return 1;
    }

    @Override
    public void close() {}
  }

  private LoopPlan plan(double epochs, long evalSteps, long saveSteps, int keep, int patience) {
    int[] all = IntStream.range(0, EXAMPLES).toArray();
    return new LoopPlan(
        tokens,
        all,
        evalSteps < 0 ? null : BatchPlan.evaluation(tokens, new int[] {0, 1}, 2),
        new LoopPlan.Options(
            Rows.BUCKETS,
            2,
            2,
            64,
            epochs,
            0,
            LearningRate.Shape.COSINE,
            1e-3,
            0,
            2,
            0,
            2,
            Math.max(0, evalSteps),
            saveSteps,
            keep,
            patience,
            42,
            Duration.ZERO));
  }

  private RunJournal journal(Path folder) throws IOException {
    if (new RunFiles(folder).exists()) {
      return RunJournal.resume(new RunFiles(folder), Clock.systemUTC(), RunListener.NONE);
    }
    Files.createDirectories(folder);
    RunState state =
        new RunState(
            "run-1",
            "test",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z",
            null,
            "running",
            null,
            null,
            "0",
            "djl",
            "C1",
            base.toString(),
            folder.toString(),
            0,
            0,
            0,
            null,
            0,
            null,
            null,
            null,
            null,
            null,
            null);
    return RunJournal.create(folder, state, Clock.systemUTC(), RunListener.NONE);
  }

  private Outcome train(Path folder, Sum trainer, LoopPlan plan, Cancellation cancellation)
      throws IOException {
    try (RunJournal journal = journal(folder)) {
      return new TrainingLoop(trainer, plan, journal, base, cancellation, () -> -1).run();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /// Metrics without what no two runs have in common.
  private static List<String> curve(Path folder) throws IOException {
    return Runs.metrics(new RunFiles(folder)).stream()
        .map(r -> "%d %s %s %s".formatted(r.step(), r.loss(), r.lr(), r.epoch()))
        .toList();
  }

  @Test
  void aRunLeavesItsResultAndItsStory() throws IOException {
    Path folder = temporary.resolve("run");
    Outcome outcome = train(folder, new Sum(), plan(2, 0, 0, 0, 0), new Cancellation());
    assertEquals(new Outcome(RunStatus.COMPLETED, 12, ""), outcome);
    assertEquals(
        List.of(
            ".lock",
            "checkpoint-12",
            "checkpoint-6",
            "checkpoint-final",
            "events.jsonl",
            "metrics.jsonl",
            "run.json",
            "run.log"),
        names(folder));
    assertEquals(
        List.of("optimizer", "tokenizer.json", "trainer_state.json", "weight"),
        names(folder.resolve("checkpoint-6")));
    assertEquals(List.of("tokenizer.json", "weight"), names(folder.resolve("checkpoint-final")));
    List<MetricsRow> rows = Runs.metrics(new RunFiles(folder));
    assertEquals(List.of(2L, 4L, 6L, 8L, 10L, 12L), rows.stream().map(MetricsRow::step).toList());
    assertEquals(2.0, rows.getLast().epoch());
    assertEquals(2, Runs.evaluations(new RunFiles(folder)).size());
    RunState state = Runs.find(folder).state();
    assertEquals(12, state.step());
    assertEquals("checkpoint-12", state.checkpoint());
  }

  @Test
  void aRunThatIsKilledAtAnyStepEndsAsIfItWasNot() throws IOException {
    Path whole = temporary.resolve("whole");
    train(whole, new Sum(), plan(2, 3, 2, 0, 0), new Cancellation());
    String weight = Files.readString(whole.resolve("checkpoint-final/weight"));
    for (int killed = 1; killed <= 12; killed++) {
      Path folder = temporary.resolve("killed" + killed);
      Sum first = new Sum();
      int at = killed;
      int[] made = {0};
      first.afterStep =
          () -> {
            if (++made[0] == at) {
              throw new IllegalStateException("killed");
            }
          };
      assertThrows(
          IllegalStateException.class,
          () -> train(folder, first, plan(2, 3, 2, 0, 0), new Cancellation()));
      train(folder, new Sum(), plan(2, 3, 2, 0, 0), new Cancellation());
      assertEquals(weight, Files.readString(folder.resolve("checkpoint-final/weight")));
      assertEquals(curve(whole), curve(folder), "killed at step " + killed);
    }
  }

  @Test
  void stoppingSavesAndResumingGoesOn() throws IOException {
    Path whole = temporary.resolve("whole");
    train(whole, new Sum(), plan(2, -1, 0, 0, 0), new Cancellation());
    Path folder = temporary.resolve("stopped");
    Sum asked = new Sum();
    int[] made = {0};
    asked.afterStep =
        () -> {
          if (++made[0] == 3) {
            try {
              Files.createFile(folder.resolve("stop"));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    assertEquals(
        new Outcome(RunStatus.STOPPED, 3, "it was asked to"),
        train(folder, asked, plan(2, -1, 0, 0, 0), new Cancellation()));
    assertFalse(Files.exists(folder.resolve("stop")));
    Cancellation cancellation = new Cancellation();
    Sum interrupted = new Sum();
    interrupted.afterStep = cancellation::cancel;
    assertThrows(
        CancelledException.class,
        () -> train(folder, interrupted, plan(2, -1, 0, 0, 0), cancellation));
    assertTrue(Files.isDirectory(folder.resolve("checkpoint-4")));
    train(folder, new Sum(), plan(2, -1, 0, 0, 0), new Cancellation());
    assertEquals(
        Files.readString(whole.resolve("checkpoint-final/weight")),
        Files.readString(folder.resolve("checkpoint-final/weight")));
    assertEquals(curve(whole), curve(folder));
  }

  @Test
  void whoIsStoppedWhileItMeasuresMeasuresAgain() throws IOException {
    Path whole = temporary.resolve("whole");
    train(whole, new Sum(), plan(2, 3, 0, 0, 0), new Cancellation());
    Path folder = temporary.resolve("stopped");
    Cancellation cancellation = new Cancellation();
    Sum interrupted = new Sum();
    int[] made = {0};
    interrupted.afterStep =
        () -> {
          if (++made[0] == 3) {
            cancellation.cancel();
          }
        };
    assertThrows(
        CancelledException.class,
        () -> train(folder, interrupted, plan(2, 3, 0, 0, 0), cancellation));
    assertEquals(List.of(), Runs.evaluations(new RunFiles(folder)));
    assertTrue(Files.isDirectory(folder.resolve("checkpoint-3")));
    train(folder, new Sum(), plan(2, 3, 0, 0, 0), new Cancellation());
    assertEquals(evaluations(whole), evaluations(folder));
    assertEquals(
        Files.readString(whole.resolve("checkpoint-final/weight")),
        Files.readString(folder.resolve("checkpoint-final/weight")));
  }

  private static List<String> evaluations(Path folder) throws IOException {
    return Runs.evaluations(new RunFiles(folder)).stream()
        .map(e -> e.step() + " " + e.loss())
        .toList();
  }

  @Test
  void aCheckpointThatIsNotWholeIsNamed() throws IOException {
    Path folder = temporary.resolve("run");
    train(folder, new Sum(), plan(2, 0, 0, 0, 0), new Cancellation());
    Files.delete(folder.resolve("checkpoint-12/trainer_state.json"));
    CheckpointException broken =
        assertThrows(
            CheckpointException.class,
            () -> train(folder, new Sum(), plan(3, 0, 0, 0, 0), new Cancellation()));
    assertEquals(
        "the checkpoint %s is not whole: there is no trainer_state.json"
            .formatted(folder.resolve("checkpoint-12")),
        broken.getMessage());
    Files.writeString(folder.resolve("checkpoint-12/trainer_state.json"), "");
    broken =
        assertThrows(
            CheckpointException.class,
            () -> train(folder, new Sum(), plan(3, 0, 0, 0, 0), new Cancellation()));
    String told =
        "the checkpoint %s is not whole: trainer_state.json: "
            .formatted(folder.resolve("checkpoint-12"));
    assertTrue(String.valueOf(broken.getMessage()).startsWith(told), broken.getMessage());
  }

  @Test
  void oldCheckpointsGoButNotTheBest() throws IOException {
    Path folder = temporary.resolve("run");
    Sum trainer = new Sum();
    trainer.losses.addAll(List.of(3.0, 1.0, 2.0, 2.0, 1.5, 4.0));
    train(folder, trainer, plan(2, 2, 2, 1, 0), new Cancellation());
    assertEquals(
        List.of("checkpoint-12", "checkpoint-4", "checkpoint-final"),
        names(folder).stream().filter(n -> n.startsWith("checkpoint")).toList());
    assertEquals(new RunState.Best(4, 1.0, "checkpoint-4"), Runs.find(folder).state().best());
  }

  @Test
  void itEndsWhenNothingGetsBetter() throws IOException {
    Path folder = temporary.resolve("run");
    Sum trainer = new Sum();
    trainer.losses.addAll(List.of(3.0, 1.0, 2.0, 2.0, 0.5));
    Outcome outcome = train(folder, trainer, plan(2, 2, 2, 0, 2), new Cancellation());
    assertEquals(
        new Outcome(
            RunStatus.COMPLETED,
            8,
            "no better validation loss in 2 evaluations; the best is in checkpoint-4"),
        outcome);
  }

  @Test
  void aLossThatIsNoNumberEndsItWithTheLastGoodCheckpoint() throws IOException {
    Path folder = temporary.resolve("run");
    Sum trainer = new Sum();
    trainer.failsAt = 5;
    LossException e =
        assertThrows(
            LossException.class,
            () -> train(folder, trainer, plan(2, -1, 2, 0, 0), new Cancellation()));
    assertEquals(5, e.step());
    assertEquals(
        List.of("checkpoint-2", "checkpoint-4"),
        names(folder).stream().filter(n -> n.startsWith("checkpoint")).toList());
  }

  @Test
  void onlyOneProcessWorksOnARun() throws IOException {
    Path folder = temporary.resolve("run");
    try (RunJournal journal = journal(folder)) {
      assertEquals(RunStatus.RUNNING, Runs.find(folder).status());
      assertThrows(BusyException.class, () -> journal(folder));
      journal.end(RunStatus.STOPPED, "it was asked to", 0);
    }
    assertEquals(RunStatus.STOPPED, Runs.find(folder).status());
    assertEquals("it was asked to", Runs.find(folder).state().reason());
  }

  @Test
  void aRunWhoseProcessIsGoneSaysSo() throws IOException {
    Path folder = temporary.resolve("run");
    journal(folder).close();
    assertEquals(RunStatus.DIED, Runs.find(folder).status());
    assertEquals(
        List.of("run"),
        Runs.list(temporary).runs().stream()
            .map(r -> r.files().folder().getFileName().toString())
            .toList());
  }

  @Test
  void ratesAreThoseOfTransformers() {
    // transformers.get_cosine_schedule_with_warmup(optimizer, 2, 6), learning rate 1
    LearningRate cosine = new LearningRate(LearningRate.Shape.COSINE, 1, 0, 2, 6);
    double[] expected = {0, 0.5, 1, 0.8535533905932737, 0.5, 0.1464466094067262};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], cosine.at(i + 1), 1e-15);
    }
    LearningRate linear = new LearningRate(LearningRate.Shape.LINEAR, 2, 0.5, 0, 4);
    assertEquals(
        List.of(2.0, 1.75, 1.5, 1.25), IntStream.of(1, 2, 3, 4).mapToObj(linear::at).toList());
  }

  @Test
  void epochsMayBePartsAndPackedRowsCount() {
    assertEquals(3, plan(0.5, -1, 0, 0, 0).steps());
    assertEquals(6, plan(1, -1, 0, 0, 0).steps());
    assertEquals(0.5, plan(1, -1, 0, 0, 0).epochsAfter(3));
  }
}
