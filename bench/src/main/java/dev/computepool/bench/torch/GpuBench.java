package dev.computepool.bench.torch;

import dev.computepool.base.Progress;
import dev.computepool.bench.jmh.ForkedCase;
import dev.computepool.bench.torch.TorchWork.NumberType;
import dev.computepool.bench.torch.TorchWork.Product;
import dev.computepool.bench.torch.TorchWork.Transfer;
import dev.computepool.train.speed.Machine;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Measures what a device computes and moves: JMH, with a Java process of its own for each work.
public final class GpuBench {
  private static final int WARMUPS = 1;

  /// What takes longer is left out: every second of measuring would become a call of it.
  private static final double LONGEST_SECONDS = 4;

  private GpuBench() {}

  /// What to measure.
  ///
  /// @param works products of a type with the smallest first
  /// @param iterations how many seconds each is measured, after one to warm up
  /// @param program the release of this program
  public record Request(
      Torch.Target device, List<TorchWork> works, int threads, int iterations, String program) {
    public Request {
      works = List.copyOf(works);
      if (iterations < 1 || threads < 1) {
        throw new IllegalArgumentException(
            "%d iterations with %d threads".formatted(iterations, threads));
      }
    }
  }

  /// How a work went.
  public sealed interface Outcome {
    /// It was measured.
    ///
    /// @param perSecond operations or bytes
    /// @param deviation of the measurements, likewise
    record Measured(double perSecond, double deviation) implements Outcome {}

    /// The device cannot do it.
    record Unsupported() implements Outcome {}

    /// It was left out, since a smaller one took so long already.
    ///
    /// @param smaller how long the smaller one took
    record TooSlow(Duration smaller) implements Outcome {}

    /// Memory did not suffice.
    record OutOfMemory() implements Outcome {}
  }

  /// A work and how it went.
  public record Row(TorchWork work, Outcome outcome) {}

  /// All of them, and what they were measured on.
  public record Result(Machine machine, List<Row> rows) {
    public Result {
      rows = List.copyOf(rows);
    }
  }

  /// Measures all of it, which takes some seconds each.
  ///
  /// @throws dev.computepool.train.torch.TorchMissingException if libtorch is not installed
  /// @throws dev.computepool.base.CancelledException if `progress` says so
  /// @throws IOException if a measuring process failed
  public static Result run(Request request, Progress progress) throws IOException {
    TorchFiles.require(request.device());
    Machine machine = Machine.here(request.device(), request.program());
    List<Row> rows = new ArrayList<>();
    Set<NumberType> unsupported = EnumSet.noneOf(NumberType.class);
    Map<NumberType, Slowest> slowest = new EnumMap<>(NumberType.class);
    try (Progress.Step step =
        progress.begin("Measuring", request.works().size(), Progress.Unit.ITEMS)) {
      for (TorchWork work : request.works()) {
        Outcome outcome =
            switch (work) {
              case Product product -> product(request, product, unsupported, slowest, progress);
              case Transfer transfer
                  when transfer.way().isBetweenMemories() && request.device() == Torch.Target.CPU ->
                  new Outcome.Unsupported();
              case Transfer transfer -> measure(request, transfer, progress);
            };
        rows.add(new Row(work, outcome));
        step.advance(1);
      }
    }
    return new Result(machine, rows);
  }

  /// The largest product of a type so far.
  private record Slowest(int size, double seconds) {
    double expected(int larger) {
      return seconds * Math.pow((double) larger / size, 3);
    }
  }

  private static Outcome product(
      Request request,
      Product product,
      Set<NumberType> unsupported,
      Map<NumberType, Slowest> slowest,
      Progress progress)
      throws IOException {
    if (unsupported.contains(product.type())) {
      return new Outcome.Unsupported();
    }
    Slowest before = slowest.get(product.type());
    if (before != null && before.expected(product.size()) > LONGEST_SECONDS) {
      return new Outcome.TooSlow(Duration.ofMillis((long) (before.seconds() * 1000)));
    }
    Outcome outcome = measure(request, product, progress);
    switch (outcome) {
      case Outcome.Unsupported() -> unsupported.add(product.type());
      case Outcome.Measured(double perSecond, _) ->
          slowest.put(product.type(), new Slowest(product.size(), product.units() / perSecond));
      case Outcome.TooSlow _, Outcome.OutOfMemory _ -> {
        // The next size finds out for itself.
      }
    }
    return outcome;
  }

  private static Outcome measure(Request request, TorchWork work, Progress progress)
      throws IOException {
    ForkedCase.Timing timing =
        new ForkedCase(
                TorchBenchmark.class,
                "once",
                Map.of(
                    "work", work.toString(),
                    "threads", Integer.toString(request.threads()),
                    "device", request.device().name()),
                WARMUPS,
                request.iterations(),
                TorchProcess.JAVA_OPTIONS)
            .measure(progress);
    if (timing.counters().getOrDefault("outOfMemory", 0L) > 0) {
      return new Outcome.OutOfMemory();
    }
    return timing.counters().getOrDefault("unsupported", 0L) > 0
        ? new Outcome.Unsupported()
        : new Outcome.Measured(timing.rate(work.units()), timing.rateDeviation(work.units()));
  }
}
