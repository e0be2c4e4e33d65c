package dev.computepool.safetensors;

import dev.computepool.base.FormatException;
import java.util.List;

/// A file, or a set of files, that is no safetensors, with all that is wrong with it.
public final class SafetensorsFormatException extends FormatException {
  private static final long serialVersionUID = 1L;

  SafetensorsFormatException(String file, List<Problem> problems) {
    super(file, problems);
  }
}
