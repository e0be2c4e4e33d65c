package dev.computepool.bench.jmh;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/// One benchmark with one set of parameters, measured by JMH in a Java process of its own.
///
/// @param benchmark the class that has the method
/// @param parameters of the class, by name
/// @param warmups seconds that do not count
/// @param iterations seconds that do; what takes longer than a second is done once in each
/// @param javaOptions of the process
public record ForkedCase(
    Class<?> benchmark,
    String method,
    Map<String, String> parameters,
    int warmups,
    int iterations,
    List<String> javaOptions) {
  private static final long POLL_MILLIS = 50;

  public ForkedCase {
    parameters = Map.copyOf(parameters);
    javaOptions = List.copyOf(javaOptions);
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, not " + iterations);
    }
  }

  /// What was measured.
  ///
  /// @param seconds of one call: the mean over the iterations
  /// @param deviation the standard deviation over the iterations, in seconds
  /// @param counters the greatest value of each in an iteration
  public record Timing(double seconds, double deviation, Map<String, Long> counters) {
    public Timing {
      counters = Map.copyOf(counters);
    }

    /// Units a second, if a call does so many.
    public double rate(double units) {
      return units / seconds;
    }

    /// The standard deviation of {@link #rate}.
    public double rateDeviation(double units) {
      return rate(units) * deviation / seconds;
    }
  }

  /// Measures.
  ///
  /// @throws CancelledException if `progress` says so
  /// @throws IOException if the measuring process failed, with the last that it said
  public Timing measure(Progress progress) throws IOException {
    RunResult run = run(options(), progress);
    Statistics nanos = run.getPrimaryResult().getStatistics();
    double deviation = nanos.getStandardDeviation();
    return new Timing(
        nanos.getMean() / 1e9, Double.isNaN(deviation) ? 0 : deviation / 1e9, counters(run));
  }

  private static Map<String, Long> counters(RunResult run) {
    Map<String, Long> greatest = new HashMap<>();
    for (BenchmarkResult result : run.getBenchmarkResults()) {
      for (IterationResult iteration : result.getIterationResults()) {
        iteration
            .getSecondaryResults()
            .forEach((name, value) -> greatest.merge(name, (long) value.getScore(), Math::max));
      }
    }
    return greatest;
  }

  private Options options() {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
            .forks(1)
            .warmupIterations(warmups)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .timeUnit(TimeUnit.NANOSECONDS)
            .shouldFailOnError(true)
            .jvmArgs(javaOptions.toArray(String[]::new));
    parameters.forEach(options::param);
    return options.build();
  }

  /// Runs JMH in a thread that can be given up, since it cannot be told to stop.
  private static RunResult run(Options options, Progress progress) throws IOException {
    System.setProperty("jmh.ignoreLock", "true"); // its lock is one for all users of the machine
    QuietOutput output = new QuietOutput();
    FutureTask<RunResult> run = new FutureTask<>(() -> new Runner(options, output).runSingle());
    Thread.ofPlatform().daemon().name("jmh").start(run);
    while (true) {
      try {
        return run.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (progress.cancellation().isCancelled()) {
          stop();
          throw new CancelledException();
        }
      } catch (InterruptedException e) {
        stop();
        Thread.currentThread().interrupt();
        throw new CancelledException();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RunnerException) {
          throw new IOException("the measuring process failed: " + output.tail(), e.getCause());
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private static void stop() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }
}
