package dev.computepool.bench.hash;

import dev.computepool.base.CancelledException;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.Progress;
import dev.computepool.bench.jmh.ForkedCase;
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
import java.util.Map;
import java.util.Random;

/// Measures how fast a file is hashed: JMH, with a Java process of its own for each case.
public final class HashBench {
  private static final int WARMUPS = 2;
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
        ForkedCase.Timing timing = measured(request, hashCase).measure(progress);
        speeds.add(
            new Speed(hashCase, timing.rate((double) size), timing.rateDeviation((double) size)));
        step.advance(1);
      }
    }
    return List.copyOf(speeds);
  }

  private static ForkedCase measured(Request request, HashCase hashCase) {
    return new ForkedCase(
        FileHashBenchmark.class,
        "wholeFile",
        Map.of("file", request.file().toAbsolutePath().toString(), "work", hashCase.toString()),
        WARMUPS,
        request.iterations(),
        javaOptions(hashCase));
  }

  /// Loops that the compiler vectorizes are measured with the registers that this process, and so
  /// any command, leaves it; the Vector API chooses its own.
  private static List<String> javaOptions(HashCase hashCase) {
    List<String> options = new ArrayList<>();
    options.add("--add-modules=jdk.incubator.vector");
    options.add("--sun-misc-unsafe-memory-access=allow");
    if (!(hashCase instanceof HashCase.Blake3 blake3) || blake3.kernel() != KernelKind.VECTOR) {
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(option -> option.startsWith("-XX:MaxVectorSize="))
          .forEach(options::add);
    }
    return options;
  }
}
