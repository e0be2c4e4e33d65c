package dev.computepool.train.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// What one drawing shows.
///
/// @param title what is on the vertical axis, with its unit
/// @param xTitle what is on the horizontal one
/// @param fromZero whether the vertical axis begins at 0: where lengths matter and not differences
record Plot(String title, String xTitle, boolean fromZero, List<Series> series) {
  private static final int X_STEPS = 8;
  private static final int Y_STEPS = 5;

  Plot {
    series = List.copyOf(series);
  }

  /// Whether there is anything to draw.
  boolean isEmpty() {
    return series.stream().allMatch(s -> s.drawable() == 0);
  }

  /// Values that are no numbers, and so are missing in the drawing.
  long gaps() {
    return series.stream().mapToLong(s -> s.points().size() - s.drawable()).sum();
  }

  Axis xAxis() {
    double[] all = all(Point::x);
    return Axis.ofCounts(min(all), max(all), X_STEPS);
  }

  Axis yAxis() {
    double[] all = all(Point::y);
    double low = min(all);
    return Axis.of(fromZero ? Math.min(0, low) : low, max(all), Y_STEPS);
  }

  private double[] all(ToDoubleFunction<Point> side) {
    return series.stream()
        .flatMap(s -> s.points().stream())
        .filter(point -> !point.isGap())
        .mapToDouble(side)
        .toArray();
  }

  private static double min(double[] values) {
    return DoubleStream.of(values).min().orElseThrow();
  }

  private static double max(double[] values) {
    return DoubleStream.of(values).max().orElseThrow();
  }
}
