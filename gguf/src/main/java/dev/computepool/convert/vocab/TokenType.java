package dev.computepool.convert.vocab;

/// What a token is for, as `tokenizer.ggml.token_type` says it and SentencePiece too.
enum TokenType {
  NORMAL(1),
  UNKNOWN(2),
  CONTROL(3),
  USER_DEFINED(4),
  UNUSED(5),
  BYTE(6);

  private static final TokenType[] BY_ID = values();

  private final int id;

  TokenType(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  /// The type with this number, from 1 to 6.
  static TokenType ofId(int id) {
    return BY_ID[id - 1];
  }
}
