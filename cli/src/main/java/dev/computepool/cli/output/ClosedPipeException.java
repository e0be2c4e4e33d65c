package dev.computepool.cli.output;

import java.io.IOException;

/// Whoever read our standard output has seen enough; that is no failure.
public final class ClosedPipeException extends IOException {
  private static final long serialVersionUID = 1L;

  ClosedPipeException() {
    super("standard output was closed");
  }
}
