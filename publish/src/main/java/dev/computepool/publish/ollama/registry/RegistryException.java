package dev.computepool.publish.ollama.registry;

import java.io.IOException;

/// A registry answered, but not as it should. Messages have no query of a URL and no header, which
/// may be secret.
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;

  /// What it means for whoever asked.
  public enum Kind {
    /// The registry does not know us, or not as somebody who may do this.
    NOT_AUTHORISED,
    /// There is no such model, or no such namespace.
    NOT_FOUND,
    /// It takes no request of that size.
    TOO_LARGE,
    /// It does not take what we sent: a digest or a manifest that it finds wrong.
    REFUSED,
    /// It had trouble of its own, also after several tries.
    UNAVAILABLE,
    /// What it says makes no sense for a registry.
    NO_REGISTRY,
    /// It would be spoken to over `http`, and nobody has allowed that.
    INSECURE
  }

  /// @param status of the answer; 0 where the status was not what was wrong
  RegistryException(Kind kind, int status, String message) {
    super(message);
    this.kind = kind;
    this.status = status;
  }

  public Kind kind() {
    return kind;
  }

  /// The status of the answer, 0 where that was not what was wrong.
  public int status() {
    return status;
  }
}
