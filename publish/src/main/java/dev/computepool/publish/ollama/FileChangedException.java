package dev.computepool.publish.ollama;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// A file was written to while it was being published.
public final class FileChangedException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  public FileChangedException(Path file) {
    super(file.toString(), null, "was changed while it was being published");
  }
}
