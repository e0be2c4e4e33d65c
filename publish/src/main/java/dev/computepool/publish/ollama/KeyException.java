package dev.computepool.publish.ollama;

import dev.computepool.base.FormatException;
import java.nio.file.Path;

/// A file that holds no key that Ollama could use. The message never has a part of the key.
public final class KeyException extends FormatException {
  private static final long serialVersionUID = 1L;

  public KeyException(Path file, String what) {
    super(file.toString(), new Problem("", what));
  }
}
