package dev.computepool.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What the user typed, or left in a configuration file, cannot be carried out.
public final class UsageException extends IOException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String hint;

  public UsageException(String message, @Nullable String hint) {
    super(message);
    this.hint = hint;
  }

  public UsageException(String message) {
    this(message, null);
  }

  /// What to type instead, or null.
  public @Nullable String hint() {
    return hint;
  }
}
