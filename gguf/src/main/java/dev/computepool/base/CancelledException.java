package dev.computepool.base;

import java.io.InterruptedIOException;

/// The user asked the work to stop; what it wrote so far is either removed or can be resumed.
public final class CancelledException extends InterruptedIOException {
  private static final long serialVersionUID = 1L;

  public CancelledException() {
    super("interrupted");
  }
}
