package dev.computepool.train.report;

import dev.computepool.train.run.MetricsRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The drawings of a run.
final class Plots {
  private static final String STEP = "step";
  private static final double MIB = 1 << 20;

  private Plots() {}

  /// Those for which the run has values.
  static List<Plot> of(RunRecord record) {
    List<MetricsRow> rows = record.metrics();
    List<Series> loss = new ArrayList<>();
    loss.add(series("training loss", rows, MetricsRow::loss));
    if (!record.evaluations().isEmpty()) {
      loss.add(
          new Series(
              "validation loss",
              Series.Kind.MARKS,
              record.evaluations().stream().map(e -> new Point(e.step(), e.loss())).toList()));
    }
    List<Plot> plots = new ArrayList<>();
    plots.add(new Plot("Loss", STEP, false, loss));
    plots.add(plot("Learning rate", series("learning rate", rows, MetricsRow::lr)));
    plots.add(
        plot(
            "Throughput, tokens a second",
            series("tokens a second", rows, MetricsRow::tokensPerS)));
    plots.add(plot("Gradient norm, before clipping", series("norm", rows, MetricsRow::gradNorm)));
    plots.add(
        plot(
            "Memory of the process, MiB",
            series(
                "MiB",
                rows,
                row -> {
                  Long bytes = row.memoryBytes();
                  return bytes == null ? null : bytes / MIB;
                })));
    return plots.stream().filter(plot -> !plot.isEmpty()).toList();
  }

  private static Plot plot(String title, Series series) {
    return new Plot(title, STEP, true, List.of(series));
  }

  /// What a row does not have is left out; what it has and is no number is a gap.
  private static Series series(
      String name, List<MetricsRow> rows, Function<MetricsRow, @Nullable Double> value) {
    List<Point> points = new ArrayList<>();
    for (MetricsRow row : rows) {
      Double y = value.apply(row);
      if (y != null) {
        points.add(new Point(row.step(), y));
      }
    }
    return new Series(name, Series.Kind.LINE, points);
  }
}
