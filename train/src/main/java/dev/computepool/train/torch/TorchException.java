package dev.computepool.train.torch;

import java.io.IOException;

/// libtorch refused what it was asked to do.
public class TorchException extends IOException {
  private static final long serialVersionUID = 1L;

  TorchException(String what) {
    super(what);
  }

  TorchException(String what, Throwable cause) {
    super(what, cause);
  }
}
