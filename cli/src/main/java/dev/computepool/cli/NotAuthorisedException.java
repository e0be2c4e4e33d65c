package dev.computepool.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What is asked for needs a key, a token or a password, and there is none.
public final class NotAuthorisedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String hint;

  public NotAuthorisedException(String message, @Nullable String hint) {
    super(message);
    this.hint = hint;
  }

  /// Where to put one, or null.
  public @Nullable String hint() {
    return hint;
  }
}
