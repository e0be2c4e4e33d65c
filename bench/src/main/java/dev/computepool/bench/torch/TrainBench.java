package dev.computepool.bench.torch;

import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.bench.jmh.ForkedCase;
import dev.computepool.convert.Problems;
import dev.computepool.train.lora.LoraLayout;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.model.ModelConfig;
import dev.computepool.train.preflight.ModelFacts;
import dev.computepool.train.preflight.ModelFacts.Shape;
import dev.computepool.train.speed.Machine;
import dev.computepool.train.speed.StepMeasurement;
import dev.computepool.train.speed.StepWork;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Measures how fast a model learns: JMH, with a Java process of its own for each shape.
public final class TrainBench {
  private static final int WARMUPS = 2;

  private TrainBench() {}

  /// What to measure.
  ///
  /// @param model a Hugging Face directory
  /// @param name what people call it
  /// @param targets the modules that are adapted, with commas between them, or `all-linear`
  /// @param iterations how many seconds each shape is measured, after two to warm up; steps that
  ///     take longer are made once in each
  /// @param program the release of this program
  public record Request(
      Path model,
      String name,
      int rank,
      String targets,
      List<StepShape> shapes,
      int threads,
      int iterations,
      Torch.Target device,
      String program) {
    public Request {
      shapes = List.copyOf(shapes);
      if (iterations < 1 || threads < 1) {
        throw new IllegalArgumentException(
            "%d iterations with %d threads".formatted(iterations, threads));
      }
    }
  }

  /// How a shape went.
  public sealed interface Outcome {
    StepShape shape();

    /// It was measured.
    record Measured(StepShape shape, StepMeasurement measurement) implements Outcome {}

    /// Memory did not suffice.
    record OutOfMemory(StepShape shape) implements Outcome {}
  }

  /// What all shapes have in common, and how each of them went.
  ///
  /// @param measured the day
  /// @param trained numbers that were trained
  public record Result(
      Machine machine, String measured, long parameters, long trained, List<Outcome> outcomes) {
    public Result {
      outcomes = List.copyOf(outcomes);
    }

    /// Those that were measured.
    public List<StepMeasurement> measurements() {
      List<StepMeasurement> all = new ArrayList<>();
      for (Outcome outcome : outcomes) {
        if (outcome instanceof Outcome.Measured(_, StepMeasurement measurement)) {
          all.add(measurement);
        }
      }
      return all;
    }
  }

  /// Measures all shapes, which takes some seconds each.
  ///
  /// @throws FormatException if it is no model that is trained here
  /// @throws IllegalArgumentException if the model has no such targets, or is larger than memory
  /// @throws dev.computepool.train.torch.TorchMissingException if libtorch is not installed
  /// @throws dev.computepool.base.CancelledException if `progress` says so
  /// @throws IOException if a measuring process failed
  public static Result run(Request request, Clock clock, Progress progress) throws IOException {
    TorchFiles.require(request.device());
    LoraOptions lora = LoraStepBenchmark.lora(request.rank(), request.targets());
    LoraLayout.of(ModelConfig.read(request.model()), lora);
    Problems problems = new Problems();
    ModelFacts model = ModelFacts.read(request.model(), problems);
    problems.throwIfAny(request.model());
    Shape shape = model.shape();
    if (shape == null) {
      throw new FormatException(
          request.model().toString(),
          new FormatException.Problem("config.json", "does not tell the model's extents"));
    }
    Machine machine = Machine.here(request.device(), request.program());
    requireRoom(request, model, machine);
    long trained = StepWork.trained(model, lora);
    String today = LocalDate.now(clock).toString();
    List<Outcome> outcomes = new ArrayList<>();
    try (Progress.Step step =
        progress.begin("Measuring", request.shapes().size(), Progress.Unit.ITEMS)) {
      for (StepShape wanted : request.shapes()) {
        ForkedCase.Timing timing = forked(request, wanted).measure(progress);
        if (timing.counters().getOrDefault("outOfMemory", 0L) > 0) {
          outcomes.add(new Outcome.OutOfMemory(wanted));
        } else {
          double tokens = (double) wanted.rows() * wanted.length();
          long peak = timing.counters().getOrDefault("peakBytes", 0L);
          outcomes.add(
              new Outcome.Measured(
                  wanted,
                  new StepMeasurement(
                      request.name(),
                      model.parameters(),
                      trained,
                      wanted.rows(),
                      wanted.length(),
                      wanted.checkpointing(),
                      request.threads(),
                      StepWork.perToken(
                          model, shape, lora, wanted.checkpointing(), wanted.length()),
                      timing.rate(tokens),
                      timing.rateDeviation(tokens),
                      peak == 0 ? null : peak,
                      today,
                      machine)));
        }
        step.advance(1);
      }
    }
    return new Result(machine, today, model.parameters(), trained, outcomes);
  }

  private static void requireRoom(Request request, ModelFacts model, Machine machine) {
    long bytes = model.parameters() * Float.BYTES;
    if (request.device() == Torch.Target.CPU && bytes > machine.memoryBytes()) {
      throw new IllegalArgumentException(
          "%s does not fit: its weights take %d bytes as floats of 32 bits, this machine has %d"
              .formatted(request.name(), bytes, machine.memoryBytes()));
    }
  }

  private static ForkedCase forked(Request request, StepShape shape) {
    return new ForkedCase(
        LoraStepBenchmark.class,
        "step",
        Map.of(
            "model", request.model().toAbsolutePath().toString(),
            "rows", Integer.toString(shape.rows()),
            "length", Integer.toString(shape.length()),
            "checkpointing", Boolean.toString(shape.checkpointing()),
            "rank", Integer.toString(request.rank()),
            "targets", request.targets(),
            "threads", Integer.toString(request.threads()),
            "device", request.device().name()),
        WARMUPS,
        request.iterations(),
        TorchProcess.JAVA_OPTIONS);
  }
}
