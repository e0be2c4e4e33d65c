package dev.computepool.train.run;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a run stands, by its metrics and evaluations. What was not measured is null.
///
/// @param last the last line of metrics
/// @param tokensPerS median of the last ten lines that have it
/// @param peakMemory bytes, the most of all lines
/// @param bestEvaluation the least loss over the validation examples
/// @param lastEvaluation the newest
/// @param left time for the steps that are to be made, at the rate of those that were; null unless
///     the run goes on
public record RunFigures(
    @Nullable MetricsRow last,
    @Nullable Double tokensPerS,
    @Nullable Long peakMemory,
    RunEvent.@Nullable Evaluated bestEvaluation,
    RunEvent.@Nullable Evaluated lastEvaluation,
    @Nullable Duration left) {
  private static final int RECENT = 10;
  private static final double MAX_SECONDS = 1e11;

  /// The figures of a run that was found.
  public static RunFigures of(
      Runs.Found run, List<MetricsRow> metrics, List<RunEvent.Evaluated> evaluations) {
    MetricsRow last = metrics.isEmpty() ? null : metrics.getLast();
    RunEvent.Evaluated best = null;
    for (RunEvent.Evaluated evaluation : evaluations) {
      boolean better = best == null || evaluation.loss() < best.loss();
      if (Double.isFinite(evaluation.loss()) && better) {
        best = evaluation;
      }
    }
    return new RunFigures(
        last,
        median(metrics),
        metrics.stream()
            .map(MetricsRow::memoryBytes)
            .filter(Objects::nonNull)
            .max(Long::compare)
            .orElse(null),
        best,
        evaluations.isEmpty() ? null : evaluations.getLast(),
        run.status() == RunStatus.RUNNING ? left(last, run.state().steps()) : null);
  }

  private static @Nullable Double median(List<MetricsRow> metrics) {
    List<Double> rates =
        metrics.reversed().stream()
            .map(MetricsRow::tokensPerS)
            .filter(Objects::nonNull)
            .filter(Double::isFinite)
            .limit(RECENT)
            .sorted()
            .toList();
    return rates.isEmpty() ? null : rates.get(rates.size() / 2);
  }

  private static @Nullable Duration left(@Nullable MetricsRow last, long steps) {
    if (last == null || last.step() <= 0 || steps < last.step()) {
      return null;
    }
    double seconds = last.elapsedS() / last.step() * (steps - last.step());
    return Double.isFinite(seconds) && seconds >= 0 && seconds < MAX_SECONDS
        ? Duration.ofMillis(Math.round(seconds * 1000))
        : null;
  }
}
