package dev.computepool.publish;

import java.io.IOException;
import java.util.List;

/// A step was asked for that this plan does not have.
public final class UnknownStepException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> steps;

  UnknownStepException(String name, List<String> steps) {
    super("there is no step '%s' in this plan".formatted(name));
    this.steps = List.copyOf(steps);
  }

  /// The names of those that there are.
  public List<String> steps() {
    return steps;
  }
}
