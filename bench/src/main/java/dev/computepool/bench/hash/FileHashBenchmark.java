package dev.computepool.bench.hash;

import dev.computepool.base.Progress;
import dev.computepool.hash.FileHasher;
import dev.computepool.hash.HashEngine;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Nanoseconds to get through a whole file that is in the page cache.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FileHashBenchmark {
  private static final int READ_BYTES = 1 << 20;

  /// Path of the file.
  @Param("")
  public String file = "";

  /// What is done with it: a {@link HashCase} as text.
  @Param({"blake3/lanes/1", "blake3/scalar/1", "sha256", "read"})
  public String work = "";

  private HashCase hashCase = new HashCase.Read();
  private FileChannel channel;

  @SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
  public FileHashBenchmark() {}

  /// Opens the file.
  @Setup
  public void open() throws IOException {
    channel = FileChannel.open(Path.of(file), StandardOpenOption.READ);
    hashCase = HashCase.parse(work);
  }

  @TearDown
  public void close() throws IOException {
    channel.close();
  }

  /// Gets through the file once.
  @Benchmark
  public Object wholeFile() throws IOException {
    long size = channel.size();
    try (Progress.Step step = Progress.NONE.begin("Hashing", size, Progress.Unit.BYTES)) {
      return switch (hashCase) {
        case HashCase.Blake3(HashEngine.KernelKind kernel, int threads) ->
            new FileHasher(HashEngine.detect().withKernel(kernel).withThreads(threads))
                .digest(channel, 0, size, step);
        case HashCase.Sha256() -> Sha256.digest(Path.of(file), channel, 0, size, step);
        case HashCase.Read() -> read();
      };
    }
  }

  private Long read() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    long at = 0;
    for (int n = channel.read(buffer, at); n >= 0; n = channel.read(buffer.clear(), at)) {
      at += n;
    }
    return at;
  }
}
