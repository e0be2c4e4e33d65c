package dev.computepool.publish.gotemplate;

/// What a {@link Token} is.
enum TokenType {
  ERROR,
  BOOL,
  CHARACTER,
  CHARACTER_CONSTANT,
  COMPLEX,
  ASSIGN,
  DECLARE,
  END_OF_TEMPLATE,
  FIELD,
  IDENTIFIER,
  LEFT_DELIMITER,
  LEFT_PAREN,
  NUMBER,
  PIPE,
  RAW_STRING,
  RIGHT_DELIMITER,
  RIGHT_PAREN,
  SPACE,
  STRING,
  TEXT,
  VARIABLE,
  BLOCK,
  BREAK,
  CONTINUE,
  DOT,
  DEFINE,
  ELSE,
  END,
  IF,
  NIL,
  RANGE,
  TEMPLATE,
  WITH;

  boolean isKeyword() {
    return compareTo(BLOCK) >= 0;
  }
}
