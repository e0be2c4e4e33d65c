package dev.computepool.tokenizer;

import java.io.IOException;

/// The native library of the tokenizers is not there, or cannot be loaded.
public final class TokenizerLibraryException extends IOException {
  private static final long serialVersionUID = 1L;

  TokenizerLibraryException(String what, Throwable cause) {
    super(what, cause);
  }

  TokenizerLibraryException(String what) {
    super(what);
  }
}
