package dev.computepool.train.batch;

import dev.computepool.base.FormatException;
import java.nio.file.Path;
import java.util.List;

/// A dataset that nothing can be learned from.
public final class EmptyDatasetException extends FormatException {
  private static final long serialVersionUID = 1L;

  EmptyDatasetException(Path dataset, TokenCounts counts) {
    super(dataset.toString(), problems(counts));
  }

  private static List<Problem> problems(TokenCounts counts) {
    if (counts.leftOut().isEmpty()) {
      return List.of(new Problem("", "has no examples"));
    }
    return counts.leftOut().entrySet().stream()
        .map(
            reason ->
                new Problem(
                    "line " + reason.getValue().first(),
                    "no example is left to learn from: %s (%d example%s)"
                        .formatted(
                            reason.getKey(),
                            reason.getValue().count(),
                            reason.getValue().count() == 1 ? "" : "s")))
        .toList();
  }
}
