package dev.computepool.publish;

import java.io.IOException;
import java.nio.file.Path;

/// A destination takes models in GGUF, and none is to be made.
public final class NoGgufException extends IOException {
  private static final long serialVersionUID = 1L;

  NoGgufException(Path source) {
    super(source + " is not in GGUF, and it was not said in which type it is to be");
  }
}
