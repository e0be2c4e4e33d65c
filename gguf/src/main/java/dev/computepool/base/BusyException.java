package dev.computepool.base;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Another running process is writing the same target.
public final class BusyException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  public BusyException(Path target) {
    super(target.toString(), null, "is being written by another process");
  }
}
