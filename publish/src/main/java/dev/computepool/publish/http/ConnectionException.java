package dev.computepool.publish.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// There was no connection to a server, it broke, or nothing came over it.
public final class ConnectionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String why;

  /// @param request as {@link Request#label} says it
  /// @param why in words, without the URL
  ConnectionException(String request, String why, @Nullable Throwable cause) {
    super(request + ": " + why, cause);
    this.why = why;
  }

  /// What happened, without the URL.
  public String why() {
    return why;
  }
}
