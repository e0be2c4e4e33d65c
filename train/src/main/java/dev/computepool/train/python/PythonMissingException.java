package dev.computepool.train.python;

import java.io.IOException;

/// There is no Python that has what a runtime needs.
public final class PythonMissingException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient PythonFacts facts;

  /// Tells what is wrong with a Python.
  ///
  /// @throws java.util.NoSuchElementException if nothing is
  public PythonMissingException(PythonFacts facts, String runtime) {
    super(facts.problem(runtime).orElseThrow());
    this.facts = facts;
  }

  /// The Python that was asked.
  public PythonFacts facts() {
    return facts;
  }
}
