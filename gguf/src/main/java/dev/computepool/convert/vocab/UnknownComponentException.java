package dev.computepool.convert.vocab;

/// A part of a tokenizer's definition that we cannot follow.
final class UnknownComponentException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;

  /// @param what what was found, such as `pre_tokenizer UnicodeScripts`
  UnknownComponentException(String what) {
    super(what);
    this.what = what;
  }

  /// What was found.
  String what() {
    return what;
  }
}
