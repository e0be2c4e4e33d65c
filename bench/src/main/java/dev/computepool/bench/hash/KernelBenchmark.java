package dev.computepool.bench.hash;

import dev.computepool.hash.Blake3;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Microseconds to hash bytes in memory on one thread, from a manifest's size to a tree's subtree.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KernelBenchmark {
  /// Bytes hashed at once.
  @Param({"64", "1024", "16384", "1048576"})
  public int size = 64;

  private byte[] bytes = {};

  /// Makes the input.
  @Setup
  public void fill() {
    bytes = new byte[size];
    new Random(size).nextBytes(bytes);
  }

  @Benchmark
  public Digest blake3() {
    return Blake3.hash(bytes);
  }

  @Benchmark
  public Digest sha256() {
    return Sha256.hasher().update(ByteBuffer.wrap(bytes)).digest();
  }
}
