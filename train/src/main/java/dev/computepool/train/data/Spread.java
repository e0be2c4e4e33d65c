package dev.computepool.train.data;

import java.util.Arrays;

/// How a number varies over the examples.
public record Spread(long sum, long min, long median, long p95, long max, double mean) {
  private static final Spread NONE = new Spread(0, 0, 0, 0, 0, 0);

  /// Collects numbers, four bytes each.
  static final class Numbers {
    private int[] numbers = new int[1024];
    private int count;

    void add(long number) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, count + count / 2);
      }
      numbers[count++] = (int) Math.min(Integer.MAX_VALUE, number);
    }

    Spread spread() {
      if (count == 0) {
        return NONE;
      }
      int[] sorted = Arrays.copyOf(numbers, count);
      Arrays.sort(sorted);
      long sum = Arrays.stream(sorted).asLongStream().sum();
      return new Spread(
          sum,
          sorted[0],
          sorted[(count - 1) / 2],
          sorted[(int) ((count - 1) * 95L / 100)],
          sorted[count - 1],
          (double) sum / count);
    }
  }
}
