package dev.computepool.train.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// One direction of a plot: from where to where, and the round numbers that are written beside it.
///
/// @param ticks rising multiples of one step, the first and the last at the ends of the axis
record Axis(List<BigDecimal> ticks) {
  private static final double[] MANTISSAS = {1, 2, 2.5, 5, 10};
  private static final int DIGITS = 17;

  /// Sums of a few values up to this are finite.
  static final double LARGEST = 1e300;

  Axis {
    ticks = List.copyOf(ticks);
    if (ticks.size() < 2) {
      throw new IllegalArgumentException("an axis has two ends, not " + ticks);
    }
  }

  /// An axis on which all values from `min` to `max` lie.
  ///
  /// @param about how many steps it should have
  /// @throws IllegalArgumentException unless they are in order and at most 1e300 in size
  static Axis of(double min, double max, int about) {
    return of(min, max, about, 0);
  }

  /// The same for what is counted: no fractions between ticks.
  static Axis ofCounts(double min, double max, int about) {
    return of(min, max, about, 1);
  }

  private static Axis of(double min, double max, int about, double leastStep) {
    if (!(Math.abs(min) <= LARGEST) || !(Math.abs(max) <= LARGEST) || min > max) {
      throw new IllegalArgumentException("no axis from %s to %s".formatted(min, max));
    }
    double size = Math.max(Math.abs(min), Math.abs(max));
    if (max - min <= size * 1e-9) {
      // Where all values are the same, or differ by no more than rounding, they are the middle.
      // Zeros, which often are the least there can be, are the low end.
      double half = size == 0 ? 1 : size / 2;
      return of(size == 0 ? min : min - half, max + half, about, leastStep);
    }
    double span = max - min;
    BigDecimal step = step(Math.max(span / about, leastStep));
    BigDecimal first = floor(min, step);
    BigDecimal last = ceiling(max, step);
    List<BigDecimal> ticks = new ArrayList<>();
    for (BigDecimal tick = first; tick.compareTo(last) <= 0; tick = tick.add(step)) {
      ticks.add(tick);
    }
    return new Axis(ticks);
  }

  /// The least of 1, 2, 2.5 and 5 times a power of ten that is not below `least`.
  private static BigDecimal step(double least) {
    int power = (int) Math.floor(Math.log10(least));
    BigDecimal unit = BigDecimal.ONE.scaleByPowerOfTen(power);
    for (double mantissa : MANTISSAS) {
      BigDecimal step = unit.multiply(BigDecimal.valueOf(mantissa));
      // Ten times the unit always is: the logarithm may be off by its last digit only.
      if (step.doubleValue() >= least * (1 - 1e-12)) {
        return step.stripTrailingZeros();
      }
    }
    return unit.scaleByPowerOfTen(1);
  }

  private static BigDecimal floor(double value, BigDecimal step) {
    return multiple(value, step, RoundingMode.FLOOR);
  }

  private static BigDecimal ceiling(double value, BigDecimal step) {
    return multiple(value, step, RoundingMode.CEILING);
  }

  private static BigDecimal multiple(double value, BigDecimal step, RoundingMode mode) {
    // valueOf takes the digits that people would write: 0.3 and not 0.299999999999999988898.
    return BigDecimal.valueOf(value).divide(step, 0, mode).multiply(step);
  }

  double low() {
    return ticks.getFirst().doubleValue();
  }

  double high() {
    return ticks.getLast().doubleValue();
  }

  /// Where `value` lies, from 0 at the low end to 1 at the high one.
  double place(double value) {
    return (value - low()) / (high() - low());
  }

  /// What is written beside a tick. All ticks of an axis have the same number of decimals, or all
  /// are written with a power of ten.
  String label(BigDecimal tick) {
    double size = Math.max(Math.abs(low()), Math.abs(high()));
    if (size >= 1e7 || size < 1e-2) {
      return Numbers.scientific(tick.doubleValue());
    }
    int decimals = ticks.stream().mapToInt(t -> t.stripTrailingZeros().scale()).max().orElse(0);
    return tick.setScale(Math.max(0, Math.min(decimals, DIGITS)), RoundingMode.HALF_UP)
        .toPlainString();
  }
}
