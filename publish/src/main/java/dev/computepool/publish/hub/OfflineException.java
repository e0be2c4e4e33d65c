package dev.computepool.publish.hub;

import java.io.IOException;

/// The network must not be used, and this needs it.
public final class OfflineException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param what the call that was not made
  public OfflineException(String what) {
    super(what + ": the network must not be used");
  }
}
