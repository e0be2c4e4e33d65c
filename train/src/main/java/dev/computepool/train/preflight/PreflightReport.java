package dev.computepool.train.preflight;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.train.config.Finding;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.python.PythonFacts;
import dev.computepool.train.python.PythonMissingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about a run before it begins.
///
/// @param config null if the file is no YAML
/// @param findings in the order of the file
/// @param model null if there is none
/// @param dataset null if there is none
/// @param memory null where too little is known of the model
/// @param disk null likewise
/// @param workload null without a dataset
/// @param python null for runtimes without Python
public record PreflightReport(
    Path file,
    @Nullable TrainConfig config,
    List<Finding> findings,
    @Nullable ModelFacts model,
    @Nullable DatasetFacts dataset,
    @Nullable Estimate memory,
    @Nullable Estimate disk,
    @Nullable Workload workload,
    @Nullable PythonFacts python) {
  public PreflightReport {
    findings = List.copyOf(findings);
  }

  /// What must be put right before anything can be trained.
  public List<Finding> problems() {
    return findings.stream().filter(f -> f.level() == Finding.Level.PROBLEM).toList();
  }

  /// Ends here if something must be put right.
  ///
  /// @throws FormatException with all of it
  /// @throws PythonMissingException if it is the Python alone
  public void throwIfAny() throws IOException {
    if (python != null && config != null && problems().size() == 1) {
      String runtime = config.runtime().label();
      if (python.problem(runtime).isPresent()) {
        throw new PythonMissingException(python, runtime);
      }
    }
    if (!problems().isEmpty()) {
      throw new FormatException(
          file.toString(),
          problems().stream().map(f -> new Problem(f.place().toString(), f.what())).toList());
    }
  }
}
