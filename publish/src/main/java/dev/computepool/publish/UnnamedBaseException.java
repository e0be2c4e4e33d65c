package dev.computepool.publish;

import java.io.IOException;
import java.nio.file.Path;

/// An adapter would be published with the name of a folder of this machine as its model's.
public final class UnnamedBaseException extends IOException {
  private static final long serialVersionUID = 1L;

  UnnamedBaseException(Path adapter, String base) {
    super("%s calls its model '%s', which nobody else can find".formatted(adapter, base));
  }
}
