package dev.computepool.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.convert.adapter.AdapterMerge;
import dev.computepool.safetensors.Dtype;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.lora.LoraTargets;
import dev.computepool.train.lora.PeftDirectory;
import dev.computepool.train.model.Batch;
import dev.computepool.train.model.TinyModels;
import dev.computepool.train.torch.Tensor;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoraTrainerTest {
  private static final Cancellation RUNNING = new Cancellation();
  @TempDir Path folder;

  @BeforeAll
  static void needsTorch() {
    assumeTrue(TorchFiles.arePresent(), "no PyTorch library in " + TorchFiles.folder());
  }

  private Path base(String name) throws IOException {
    return TinyModels.write(folder.resolve("base"), Reference.of(name).config(), Dtype.F32);
  }

  private static LoraOptions lora(double dropout) {
    return new LoraOptions(4, 8, dropout, false, new LoraTargets.AllLinear());
  }

  private static TrainerOptions options(Path base, double dropout, boolean checkpointing) {
    return new TrainerOptions(
        base, lora(dropout), AdamWOptions.DEFAULTS, checkpointing, 1, 3, Torch.Target.CPU);
  }

  /// One row with examples of given lengths, then padding.
  private static Batch row(int length, int... examples) {
    int[] ids = new int[length];
    int[] labels = new int[length];
    int[] positions = new int[length];
    int[] segments = new int[length];
    int at = 0;
    for (int example = 0; example < examples.length; example++) {
      for (int i = 0; i < examples[example]; i++, at++) {
        ids[at] = (i * 7 + examples[example]) % 96;
        labels[at] = i < 2 ? Batch.NO_LOSS : ids[at];
        positions[at] = i;
        segments[at] = example + 1;
      }
    }
    for (; at < length; at++) {
      labels[at] = Batch.NO_LOSS;
    }
    return new Batch(1, length, ids, labels, positions, segments);
  }

  private static Batch joined(Batch first, Batch second) {
    return new Batch(
        first.rows() + second.rows(),
        first.length(),
        concat(first.ids(), second.ids()),
        concat(first.labels(), second.labels()),
        concat(first.positions(), second.positions()),
        concat(first.segments(), second.segments()));
  }

  private static int[] concat(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma2", "gemma3"})
  void packedExamplesDoNotSeeEachOther(String name) throws IOException {
    Path base = base(name);
    try (LoraTrainer packed = LoraTrainer.open(options(base, 0, false));
        LoraTrainer apart = LoraTrainer.open(options(base, 0, false))) {
      for (int step = 0; step < 3; step++) {
        StepResult one = packed.step(List.of(row(40, 11, 9, 14)), 0.01, step, RUNNING);
        StepResult three =
            apart.step(List.of(row(11, 11), row(9, 9), row(16, 14)), 0.01, step, RUNNING);
        assertEquals(three.loss(), one.loss(), 1e-5);
        assertEquals(three.gradientNorm(), one.gradientNorm(), 1e-4 * three.gradientNorm());
        assertEquals(new Counts(28, 34), new Counts(one.lossTokens(), one.tokens()));
        assertEquals(new Counts(28, 34), new Counts(three.lossTokens(), three.tokens()));
      }
    }
  }

  private record Counts(long learned, long all) {}

  @Test
  void severalBatchesCountAsOne() throws IOException {
    Path base = base("qwen3");
    Batch few = row(24, 6);
    Batch many = row(24, 22);
    try (LoraTrainer together = LoraTrainer.open(options(base, 0, false));
        LoraTrainer apart = LoraTrainer.open(options(base, 0, false))) {
      for (int step = 0; step < 5; step++) {
        StepResult one = together.step(List.of(joined(few, many)), 0.01, step, RUNNING);
        StepResult two = apart.step(List.of(few, many), 0.01, step, RUNNING);
        assertEquals(one.loss(), two.loss(), 1e-5);
        assertEquals(one.gradientNorm(), two.gradientNorm(), 1e-4 * one.gradientNorm());
      }
      Evaluation one = together.evaluate(List.of(joined(few, many)));
      Evaluation two = together.evaluate(List.of(few, many));
      assertEquals(one.loss(), two.loss(), 1e-6);
      assertEquals(24, two.lossTokens());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void goesOnAsIfNothingHadHappened(boolean checkpointing) throws IOException {
    Path base = base("llama");
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Path resumed = Files.createDirectory(folder.resolve("resumed"));
    List<Batch> batches = List.of(row(24, 20), row(16, 12));
    try (LoraTrainer trainer = LoraTrainer.open(options(base, 0.2, checkpointing))) {
      for (int step = 0; step < 6; step++) {
        if (step == 3) {
          trainer.saveModel(kept);
          trainer.saveState(kept);
        }
        trainer.step(batches, 0.01, step, RUNNING);
      }
      trainer.saveModel(whole);
      trainer.saveState(whole);
    }
    try (LoraTrainer trainer = LoraTrainer.open(options(base, 0.2, checkpointing))) {
      trainer.restore(kept);
      for (int step = 3; step < 6; step++) {
        trainer.step(batches, 0.01, step, RUNNING);
      }
      trainer.saveModel(resumed);
      trainer.saveState(resumed);
    }
    for (String file : List.of(PeftDirectory.WEIGHTS, AdamW.FILE, PeftDirectory.CONFIG)) {
      assertEquals(-1, Files.mismatch(whole.resolve(file), resumed.resolve(file)), file);
    }
    assertNotEquals(-1, Files.mismatch(whole.resolve(AdamW.FILE), kept.resolve(AdamW.FILE)));
  }

  @Test
  void dropoutFollowsFromSeedAndStep() throws IOException {
    Path base = base("llama");
    List<Batch> batches = List.of(row(24, 20));
    try (LoraTrainer kept = LoraTrainer.open(options(base, 0.5, false));
        LoraTrainer again = LoraTrainer.open(options(base, 0.5, true))) {
      kept.step(batches, 0.01, 0, RUNNING);
      again.step(batches, 0.01, 0, RUNNING);
      StepResult first = kept.step(batches, 0, 1, RUNNING);
      assertEquals(first, again.step(batches, 0, 1, RUNNING));
      assertNotEquals(first.loss(), kept.step(batches, 0, 2, RUNNING).loss());
      assertEquals(kept.evaluate(batches), again.evaluate(batches));
    }
  }

  @Test
  void whatIsNoNumberTouchesNoWeight() throws IOException {
    Path base = base("llama");
    Path before = Files.createDirectory(folder.resolve("before"));
    Path after = Files.createDirectory(folder.resolve("after"));
    LoraOptions huge = new LoraOptions(4, 1e38, 0, false, new LoraTargets.AllLinear());
    TrainerOptions options =
        new TrainerOptions(base, huge, AdamWOptions.DEFAULTS, false, 1, 3, Torch.Target.CPU);
    try (LoraTrainer trainer = LoraTrainer.open(options)) {
      trainer.step(List.of(row(24, 20)), 1, 0, RUNNING);
      trainer.saveModel(before);
      trainer.saveState(before);
      StepResult result = trainer.step(List.of(row(24, 20)), 1, 1, RUNNING);
      assertFalse(result.finite(), result.toString());
      trainer.saveModel(after);
      trainer.saveState(after);
    }
    for (String file : List.of(PeftDirectory.WEIGHTS, AdamW.FILE)) {
      assertEquals(-1, Files.mismatch(before.resolve(file), after.resolve(file)), file);
    }
  }

  @Test
  void whatIsStoppedBetweenTwoBatchesTouchesNoWeight() throws IOException {
    Path before = Files.createDirectory(folder.resolve("before"));
    Path after = Files.createDirectory(folder.resolve("after"));
    try (LoraTrainer trainer = LoraTrainer.open(options(base("llama"), 0, false))) {
      trainer.step(List.of(row(24, 20)), 1, 0, RUNNING);
      trainer.saveModel(before);
      trainer.saveState(before);
      Cancellation cancellation = new Cancellation();
      cancellation.cancel();
      assertThrows(
          CancelledException.class, () -> trainer.step(List.of(row(24, 20)), 1, 1, cancellation));
      trainer.saveModel(after);
      trainer.saveState(after);
    }
    for (String file : List.of(PeftDirectory.WEIGHTS, AdamW.FILE)) {
      assertEquals(-1, Files.mismatch(before.resolve(file), after.resolve(file)), file);
    }
  }

  @Test
  void batchesWithoutLabelsChangeNothing() throws IOException {
    try (LoraTrainer trainer = LoraTrainer.open(options(base("llama"), 0, false))) {
      assertEquals(
          new StepResult(0, 0, 2, 0, true), trainer.step(List.of(row(4, 2)), 1, 0, RUNNING));
      assertEquals(new Evaluation(0, 0), trainer.evaluate(List.of(row(4, 2))));
    }
  }

  @Test
  void gradientsAreTheSlopeOfTheLoss() throws IOException {
    for (Reference reference : Reference.all().toList()) {
      Path base = base(reference.name());
      TrainerOptions options =
          new TrainerOptions(base, null, AdamWOptions.DEFAULTS, false, 1, 3, Torch.Target.CPU);
      Batch batch = Reference.batch();
      try (LoraTrainer trainer = LoraTrainer.open(options);
          TensorScope scope = Torch.start(Torch.Target.CPU, 1).open()) {
        List<Tensor> weights = trainer.model().weights();
        List<Tensor> results = trainer.model().gradients(scope, batch, 1, 1);
        double slope = 0;
        for (int i = 0; i < weights.size(); i++) {
          float[] gradient = results.get(i + 1).floats();
          double[] direction = TinyModels.numbers("way " + i, gradient.length);
          for (int j = 0; j < gradient.length; j++) {
            slope += gradient[j] * direction[j];
          }
        }
        double step = 1e-3;
        move(scope, weights, step);
        double above = trainer.model().evaluate(batch);
        move(scope, weights, -2 * step);
        double below = trainer.model().evaluate(batch);
        double measured = (above - below) / (2 * step);
        assertEquals(slope, measured, 4e-3 * Math.abs(slope) + 0.03, reference.name());
      }
    }
  }

  private static void move(TensorScope scope, List<Tensor> weights, double by) throws IOException {
    for (int i = 0; i < weights.size(); i++) {
      float[] values = weights.get(i).floats();
      double[] direction = TinyModels.numbers("way " + i, values.length);
      for (int j = 0; j < values.length; j++) {
        values[j] += (float) (by * direction[j]);
      }
      scope.write(weights.get(i), 0, values, values.length);
    }
  }

  @Test
  void aFullModelIsAHuggingFaceDirectoryAgain() throws IOException {
    TrainerOptions options =
        new TrainerOptions(
            base("qwen2"), null, AdamWOptions.DEFAULTS, true, 1, 3, Torch.Target.CPU);
    Path saved = Files.createDirectory(folder.resolve("saved"));
    List<Batch> batches = List.of(row(24, 20));
    double loss;
    try (LoraTrainer trainer = LoraTrainer.open(options)) {
      assertEquals(trainer.totalParameters(), trainer.trainableParameters());
      trainer.step(batches, 0.01, 0, RUNNING);
      loss = trainer.evaluate(batches).loss();
      trainer.saveModel(saved);
    }
    try (LoraTrainer trainer = LoraTrainer.open(options(saved, 0, false))) {
      assertEquals(loss, trainer.evaluate(batches).loss());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-head", "qwen2", "gemma3"})
  void anAdapterMergesIntoTheModelThatWasTrained(String name) throws IOException {
    Path base = base(name);
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    Path merged = folder.resolve("merged");
    LoraOptions lora = Reference.of(name).options();
    TrainerOptions options =
        new TrainerOptions(base, lora, AdamWOptions.DEFAULTS, false, 1, 3, Torch.Target.CPU);
    List<Batch> batches = List.of(row(24, 20));
    Evaluation untrained;
    Evaluation trained;
    try (LoraTrainer trainer = LoraTrainer.open(options)) {
      untrained = trainer.evaluate(batches);
      for (int step = 0; step < 5; step++) {
        trainer.step(batches, 0.02, step, RUNNING);
      }
      trained = trainer.evaluate(batches);
      trainer.saveModel(adapter);
    }
    assertTrue(trained.loss() < untrained.loss() - 0.1, trained + " after " + untrained);
    try (AdapterMerge merge = AdapterMerge.plan(adapter, base)) {
      merge.write(merged, false, 1, Progress.NONE);
    }
    try (LoraTrainer trainer = LoraTrainer.open(options(merged, 0, false))) {
      assertEquals(trained.loss(), trainer.evaluate(batches).loss(), 1e-5);
    }
  }

  @Test
  void refusesAnAdapterOfAnotherRank() throws IOException {
    Path base = base("llama");
    Path saved = Files.createDirectory(folder.resolve("saved"));
    try (LoraTrainer trainer = LoraTrainer.open(options(base, 0, false))) {
      trainer.saveModel(saved);
      trainer.saveState(saved);
    }
    LoraOptions other = new LoraOptions(2, 8, 0, false, new LoraTargets.Named(List.of("q_proj")));
    TrainerOptions options =
        new TrainerOptions(base, other, AdamWOptions.DEFAULTS, false, 1, 3, Torch.Target.CPU);
    try (LoraTrainer trainer = LoraTrainer.open(options)) {
      FormatException refused = assertThrows(FormatException.class, () -> trainer.restore(saved));
      assertEquals(
          "tensor base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight: is F32 of [4,"
              + " 32], not F32 of [2, 32]",
          refused.problems().getFirst().toString());
      assertEquals(6, refused.problems().size());
    }
  }

  @Test
  void refusesATargetThatIsNoModule() throws IOException {
    Path base = base("llama");
    LoraOptions other = new LoraOptions(2, 8, 0, false, new LoraTargets.Named(List.of("query")));
    TrainerOptions options =
        new TrainerOptions(base, other, AdamWOptions.DEFAULTS, false, 1, 3, Torch.Target.CPU);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> LoraTrainer.open(options));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("target query is no linear module"));
  }
}
