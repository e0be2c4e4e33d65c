package dev.computepool.publish.source;

import java.io.IOException;
import java.nio.file.Path;

/// The model that an adapter was trained for is not on this machine.
public final class BaseMissingException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String base;

  /// @param base what the adapter calls its model; empty if it does not say
  BaseMissingException(Path adapter, String base) {
    super(
        base.isEmpty()
            ? adapter + " does not say which model it was trained for"
            : "%s was trained for %s, and there is no such folder here".formatted(adapter, base));
    this.base = base;
  }

  /// What the adapter calls its model; empty if it does not say.
  public String base() {
    return base;
  }
}
