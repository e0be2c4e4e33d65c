package dev.computepool.llama.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The negative logarithms of the probabilities that a model gave to what came, added up.
final class Surprise implements AutoCloseable {
  private final int vocabulary;
  private final int threads;
  private final ExecutorService pool;
  private final List<Double> running = new ArrayList<>();
  private float[] logits = {};
  private double sum;
  private double squares;
  private long count;

  Surprise(int vocabulary, int threads) {
    this.vocabulary = vocabulary;
    this.threads = threads;
    this.pool = Executors.newFixedThreadPool(threads);
  }

  /// Room for the logits of so many tokens, the same for each call.
  float[] rows(int rows) {
    int numbers = Math.multiplyExact(rows, vocabulary);
    if (logits.length < numbers) {
      logits = new float[numbers];
    }
    return logits;
  }

  /// Adds what came after so many tokens.
  void add(float[] rows, int[] came) {
    List<Future<double[]>> parts = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int from = (int) ((long) came.length * thread / threads);
      int to = (int) ((long) came.length * (thread + 1) / threads);
      parts.add(pool.submit(() -> sums(rows, came, from, to)));
    }
    for (Future<double[]> part : parts) {
      double[] sums = get(part);
      sum += sums[0];
      squares += sums[1];
    }
    count += came.length;
  }

  private static double[] get(Future<double[]> part) {
    try {
      return part.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private double[] sums(float[] rows, int[] came, int from, int to) {
    double[] sums = new double[2];
    for (int i = from; i < to; i++) {
      double surprise = surprise(rows, i * vocabulary, came[i]);
      sums[0] += surprise;
      sums[1] += surprise * surprise;
    }
    return sums;
  }

  private double surprise(float[] rows, int row, int came) {
    float max = rows[row];
    for (int i = 1; i < vocabulary; i++) {
      max = Math.max(max, rows[row + i]);
    }
    double total = 0;
    for (int i = 0; i < vocabulary; i++) {
      total += (float) Math.exp(rows[row + i] - max);
    }
    return Math.log(total) - (rows[row + came] - max);
  }

  /// Notes what the perplexity is so far.
  void endChunk() {
    running.add(Math.exp(sum / count));
  }

  /// The perplexity of everything that was added.
  PerplexityResult result(Duration duration) {
    double mean = sum / count;
    double variance = squares / count - mean * mean;
    double perplexity = Math.exp(mean);
    double error = variance > 0 ? Math.sqrt(variance / (count - 1)) * perplexity : 0;
    return new PerplexityResult(perplexity, error, count, running, duration);
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
