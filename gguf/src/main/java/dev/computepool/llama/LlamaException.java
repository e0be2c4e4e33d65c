package dev.computepool.llama;

import java.io.IOException;
import java.util.List;

/// llama.cpp could not do what it was asked; what it said about it is in {@link #log}.
public class LlamaException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String[] log;

  /// @param message what failed, with file and value
  /// @param log the library's warnings and errors meanwhile, a line each
  public LlamaException(String message, List<String> log) {
    super(message);
    this.log = log.toArray(String[]::new);
  }

  /// The library's own words, a line each; they may be none.
  public List<String> log() {
    return List.of(log);
  }
}
