package dev.computepool.publish.ollama.daemon;

import java.io.IOException;

/// Ollama's server did not do what it was asked to.
public final class DaemonException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// What it means for whoever asked.
  public enum Kind {
    /// What answers is not Ollama.
    NOT_OLLAMA,
    /// The server's key is linked to no account, or to one that may not do this.
    NOT_AUTHORISED,
    /// It said no, for a reason that it told.
    FAILED
  }

  DaemonException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
