package dev.computepool.gguf;

import dev.computepool.base.FormatException;
import java.util.List;

/// A file that is not valid GGUF.
public final class GgufFormatException extends FormatException {
  private static final long serialVersionUID = 1L;

  /// @param file the path, or the URL, that was read
  /// @param problems at least one, in the order of the file
  public GgufFormatException(String file, List<Problem> problems) {
    super(file, problems);
  }

  /// @param offset where in the file, in bytes
  public GgufFormatException(String file, long offset, String what) {
    super(file, Problem.atByte(offset, what));
  }
}
