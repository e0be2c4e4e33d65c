package dev.computepool.train.torch;

import java.nio.file.Path;

/// libtorch is not where this program looks for it.
public final class TorchMissingException extends TorchException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  /// Tells of the first file that is not there.
  public TorchMissingException(Path file) {
    super("the PyTorch library is not installed: " + file + " is missing");
    this.file = file;
  }

  /// The first file that is not there.
  public Path file() {
    return file;
  }
}
