package dev.computepool.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What the user named does not exist, and is no file.
public final class NotFoundException extends IOException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String hint;

  public NotFoundException(String message, @Nullable String hint) {
    super(message);
    this.hint = hint;
  }

  /// Where to look instead, or null.
  public @Nullable String hint() {
    return hint;
  }
}
