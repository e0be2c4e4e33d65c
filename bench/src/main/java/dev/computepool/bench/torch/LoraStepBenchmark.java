package dev.computepool.bench.torch;

import dev.computepool.base.Cancellation;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.lora.LoraTargets;
import dev.computepool.train.model.Batch;
import dev.computepool.train.model.ModelConfig;
import dev.computepool.train.step.AdamWOptions;
import dev.computepool.train.step.LoraTrainer;
import dev.computepool.train.step.StepResult;
import dev.computepool.train.step.TrainerOptions;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchMemoryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Nanoseconds of an optimizer step: forward, gradients, clipping and AdamW, on a batch whose
/// tokens are all learned.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LoraStepBenchmark {
  static final String ALL_LINEAR = "all-linear";

  private static final double LEARNING_RATE = 1e-4;
  private static final long SEED = 1;

  // Reading it takes some ten microseconds, and it only ever grows.
  private static final long PEAK_NANOS = 50_000_000;

  /// Folder of the model.
  @Param("")
  public String model = "";

  /// Rows of the batch.
  @Param("1")
  public int rows = 1;

  /// Tokens of a row.
  @Param("2")
  public int length = 2;

  /// Whether layers are computed again for their gradients.
  @Param("false")
  public boolean checkpointing;

  /// Rank of the adapter.
  @Param("16")
  public int rank = 16;

  /// Modules that it adapts, with commas between them.
  @Param(ALL_LINEAR)
  public String targets = ALL_LINEAR;

  /// Threads that compute.
  @Param("1")
  public int threads = 1;

  /// What computes.
  @Param("CPU")
  public Torch.Target device = Torch.Target.CPU;

  private @Nullable LoraTrainer trainer;
  private List<Batch> batches = List.of();
  private long step;
  private long peakRead;

  /// How modules are adapted.
  ///
  /// @param targets their names, with commas between them, or `all-linear`
  static LoraOptions lora(int rank, String targets) {
    return new LoraOptions(
        rank,
        2.0 * rank,
        0,
        false,
        targets.equals(ALL_LINEAR)
            ? new LoraTargets.AllLinear()
            : new LoraTargets.Named(List.of(targets.split(",", -1))));
  }

  /// Loads the model.
  @Setup
  public void open() throws IOException {
    Path folder = Path.of(model);
    batches = List.of(batch(ModelConfig.read(folder).vocabulary()));
    try {
      trainer =
          LoraTrainer.open(
              new TrainerOptions(
                  folder,
                  lora(rank, targets),
                  AdamWOptions.DEFAULTS,
                  checkpointing,
                  threads,
                  SEED,
                  device));
    } catch (TorchMemoryException e) {
      trainer = null; // told by the first step
    }
  }

  private Batch batch(int vocabulary) {
    SplittableRandom random = new SplittableRandom(SEED);
    int size = rows * length;
    int[] ids = random.ints(size, 0, vocabulary).toArray();
    int[] positions = new int[size];
    int[] segments = new int[size];
    for (int i = 0; i < size; i++) {
      positions[i] = i % length;
      segments[i] = 1;
    }
    return new Batch(rows, length, ids, ids, positions, segments);
  }

  @TearDown
  public void close() {
    if (trainer != null) {
      trainer.close();
    }
  }

  /// Makes one step.
  @Benchmark
  public double step(Told told) throws IOException {
    if (trainer == null) {
      told.outOfMemory = 1;
      return 0;
    }
    try {
      StepResult result = trainer.step(batches, LEARNING_RATE, ++step, new Cancellation());
      if (!result.finite()) {
        throw new IllegalStateException("the loss of step " + step + " is no number");
      }
      if (step == 1 || System.nanoTime() - peakRead > PEAK_NANOS) {
        peakRead = System.nanoTime();
        told.peakBytes = PeakMemory.bytes();
      }
      return result.loss();
    } catch (TorchMemoryException e) {
      told.outOfMemory = 1;
      return 0;
    }
  }
}
