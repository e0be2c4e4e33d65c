package dev.computepool.gguf;

/// What came of reading a header from the first bytes of a file.
public sealed interface HeaderRead {
  /// The bytes held the whole header.
  record Complete(GgufHeader header) implements HeaderRead {}

  /// All is well so far, but the header goes on.
  ///
  /// @param needed bytes from the start of the file that the next attempt needs at least, more than
  ///     there were and no more than the file has
  record Incomplete(long needed) implements HeaderRead {}
}
