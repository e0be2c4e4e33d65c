package dev.computepool.bench.jmh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/// Keeps the last lines of what JMH and the measured process say, for the case that they fail.
final class QuietOutput implements OutputFormat {
  private static final int LINES = 12;

  private final Deque<String> lines = new ArrayDeque<>();

  synchronized String tail() {
    return String.join(" | ", lines);
  }

  @Override
  public synchronized void println(String line) {
    line.lines().filter(l -> !l.isBlank()).forEach(lines::addLast);
    while (lines.size() > LINES) {
      lines.removeFirst();
    }
  }

  @Override
  public void verbosePrintln(String line) {}

  @Override
  public void print(String text) {
    println(text);
  }

  @Override
  public void write(int b) {}

  @Override
  public void write(byte[] bytes) throws IOException {
    println(new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {}

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult data) {}

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {}

  @Override
  public void endBenchmark(@Nullable BenchmarkResult result) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> result) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
