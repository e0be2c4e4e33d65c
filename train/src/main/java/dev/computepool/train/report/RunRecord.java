package dev.computepool.train.report;

import dev.computepool.train.run.MetricsRow;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunFigures;
import dev.computepool.train.run.Runs;
import dev.computepool.train.run.SavedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that the folder of a run has for a report.
///
/// @param config the configuration that it was begun with, as it was written; null if it is gone
public record RunRecord(
    Runs.Found run,
    List<MetricsRow> metrics,
    List<RunEvent.Evaluated> evaluations,
    List<SavedCheckpoint> checkpoints,
    @Nullable String config) {
  private static final long MAX_CONFIG = 1 << 20;

  public RunRecord {
    metrics = List.copyOf(metrics);
    evaluations = List.copyOf(evaluations);
    checkpoints = List.copyOf(checkpoints);
  }

  /// Reads it.
  ///
  /// @throws dev.computepool.base.FormatException if one of its files is broken
  public static RunRecord read(Runs.Found run) throws IOException {
    Path config = run.files().config();
    boolean there = Files.isRegularFile(config) && Files.size(config) <= MAX_CONFIG;
    return new RunRecord(
        run,
        Runs.metrics(run.files()),
        Runs.evaluations(run.files()),
        Runs.checkpoints(run.files()),
        there ? Files.readString(config) : null);
  }

  /// How it stands.
  public RunFigures figures() {
    return RunFigures.of(run, metrics, evaluations);
  }
}
