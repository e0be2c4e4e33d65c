package dev.computepool.llama;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;

/// The llama.cpp of the build, for tests that need one.
public final class Libraries {
  private Libraries() {}

  /// Its files; skips the test where the build got none.
  public static LlamaFiles files() throws IOException {
    try {
      return LlamaFiles.bundled();
    } catch (LlamaMissingException e) {
      return abort("needs the llama.cpp that a build with npm fetches: " + e.getMessage());
    }
  }

  /// The same, loaded into this process.
  public static LlamaLibrary load() throws IOException {
    return LlamaLibrary.load(files());
  }
}
