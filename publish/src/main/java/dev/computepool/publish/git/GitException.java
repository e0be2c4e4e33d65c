package dev.computepool.publish.git;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A git remote, or its store of large files, said no or failed.
public final class GitException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// What it means.
  public enum Kind {
    /// Name and token are wrong or missing, or may not do this.
    NOT_AUTHORISED,
    /// There is no such repository, or whoever asks may not know that there is.
    NOT_FOUND,
    /// Somebody else has pushed since.
    STALE,
    /// The remote does not take the commit, in its own words.
    REJECTED,
    /// The store does not take a large file, in its own words.
    STORE,
    /// The remote cannot be reached, or does not speak git.
    TROUBLE
  }

  GitException(Kind kind, String what, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
