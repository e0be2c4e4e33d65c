package dev.computepool.bench.hash;

import dev.computepool.base.CancelledException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.Progress;
import dev.computepool.hash.HashEngine.KernelKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/// Measures how fast a file is hashed: JMH, with a Java process of its own for each case.
public final class HashBench {
  private static final long POLL_MILLIS = 50;
  private static final int BUFFER = 1 << 20;

  private HashBench() {}

  /// What to measure.
  ///
  /// @param file to hash; it is read once before, so that it is in the page cache if it fits there
  /// @param cases in the order in which they are measured
  /// @param iterations how many seconds each is measured, after two to warm up
  public record Request(Path file, List<HashCase> cases, int iterations) {
    public Request {
      cases = List.copyOf(cases);
      if (iterations < 1) {
        throw new IllegalArgumentException("iterations must be at least 1, not " + iterations);
      }
    }
  }

  /// How fast one case was.
  ///
  /// @param bytesPerSecond the mean over the iterations
  /// @param deviation the standard deviation over the iterations, in bytes per second
  public record Speed(HashCase hashCase, double bytesPerSecond, double deviation) {}

  /// A file of random bytes to measure on.
  public static void writeInput(Path file, long bytes) throws IOException {
    DiskSpace.require(file, bytes);
    byte[] block = new byte[BUFFER];
    new Random(bytes).nextBytes(block);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      for (long at = 0; at < bytes; at += block.length) {
        ByteBuffer piece = ByteBuffer.wrap(block, 0, (int) Math.min(block.length, bytes - at));
        while (piece.hasRemaining()) {
          out.write(piece);
        }
      }
    }
  }

  /// Measures all cases, which takes some seconds each.
  ///
  /// @throws IllegalArgumentException if the file is empty
  /// @throws CancelledException if `progress` says so
  /// @throws IOException if the file cannot be read, or a measuring process failed
  public static List<Speed> run(Request request, Progress progress) throws IOException {
    long size = Files.size(request.file());
    if (size == 0) {
      throw new IllegalArgumentException(request.file() + " is empty: there is nothing to measure");
    }
    List<Speed> speeds = new ArrayList<>();
    try (Progress.Step step =
        progress.begin("Measuring", request.cases().size(), Progress.Unit.ITEMS)) {
      for (HashCase hashCase : request.cases()) {
        Statistics seconds = measure(options(request, hashCase), progress);
        double mean = size / (seconds.getMean() / 1e9);
        double relative = seconds.getStandardDeviation() / seconds.getMean();
        speeds.add(new Speed(hashCase, mean, Double.isNaN(relative) ? 0 : mean * relative));
        step.advance(1);
      }
    }
    return List.copyOf(speeds);
  }

  private static Options options(Request request, HashCase hashCase) {
    return new OptionsBuilder()
        .include(FileHashBenchmark.class.getName().replace(".", "\\.") + "\\.wholeFile$")
        .param("file", request.file().toAbsolutePath().toString())
        .param("work", hashCase.toString())
        .forks(1)
        .warmupIterations(2)
        .warmupTime(TimeValue.seconds(1))
        .measurementIterations(request.iterations())
        .measurementTime(TimeValue.seconds(1))
        .timeUnit(TimeUnit.NANOSECONDS)
        .shouldFailOnError(true)
        .jvmArgs(javaOptions(hashCase))
        .build();
  }

  /// Loops that the compiler vectorizes are measured with the registers that this process, and so
  /// any command, leaves it; the Vector API chooses its own.
  private static String[] javaOptions(HashCase hashCase) {
    List<String> options = new ArrayList<>();
    options.add("--add-modules=jdk.incubator.vector");
    options.add("--sun-misc-unsafe-memory-access=allow");
    if (!(hashCase instanceof HashCase.Blake3 blake3) || blake3.kernel() != KernelKind.VECTOR) {
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(option -> option.startsWith("-XX:MaxVectorSize="))
          .forEach(options::add);
    }
    return options.toArray(String[]::new);
  }

  /// Runs JMH in a thread that can be given up, since it cannot be told to stop.
  private static Statistics measure(Options options, Progress progress) throws IOException {
    System.setProperty("jmh.ignoreLock", "true"); // its lock is one for all users of the machine
    QuietOutput output = new QuietOutput();
    FutureTask<RunResult> run = new FutureTask<>(() -> new Runner(options, output).runSingle());
    Thread.ofPlatform().daemon().name("jmh").start(run);
    while (true) {
      try {
        return run.get(POLL_MILLIS, TimeUnit.MILLISECONDS).getPrimaryResult().getStatistics();
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
