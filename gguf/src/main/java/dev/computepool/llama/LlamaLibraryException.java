package dev.computepool.llama;

import java.util.List;

/// A library cannot be used: it does not load, lacks functions, or is of a build whose structures
/// are not known.
public final class LlamaLibraryException extends LlamaException {
  private static final long serialVersionUID = 1L;

  private final String library;

  /// @param library the file
  /// @param problem what is wrong with it
  public LlamaLibraryException(String library, String problem, List<String> log) {
    super(library + ": " + problem, log);
    this.library = library;
  }

  public LlamaLibraryException(String library, String problem) {
    this(library, problem, List.of());
  }

  /// The file that was to be used.
  public String library() {
    return library;
  }
}
