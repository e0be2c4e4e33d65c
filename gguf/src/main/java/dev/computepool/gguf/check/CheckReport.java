package dev.computepool.gguf.check;

import dev.computepool.gguf.check.Finding.Severity;
import java.util.List;

/// What came of checking a file.
///
/// @param findings problems and remarks, in the order of the file
/// @param keys metadata keys that were looked at
/// @param tensors tensors that were looked at
/// @param valueBytes bytes of tensor data whose numbers were looked at; 0 if that was not asked for
public record CheckReport(List<Finding> findings, int keys, int tensors, long valueBytes) {
  public CheckReport {
    findings = List.copyOf(findings);
  }

  /// Findings of one severity.
  public List<Finding> of(Severity severity) {
    return findings.stream().filter(f -> f.severity() == severity).toList();
  }

  /// Whether there is no problem; remarks do not count.
  public boolean isSound() {
    return of(Severity.PROBLEM).isEmpty();
  }
}
