package dev.computepool.llama;

import java.util.List;

/// There is no llama.cpp library: none was named, and none came with this program.
public final class LlamaMissingException extends LlamaException {
  private static final long serialVersionUID = 1L;

  /// @param where the place at which one would have been
  public LlamaMissingException(String where) {
    super("there is no llama.cpp library in " + where, List.of());
  }
}
