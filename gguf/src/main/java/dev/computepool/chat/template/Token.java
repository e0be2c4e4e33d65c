package dev.computepool.chat.template;

import org.jspecify.annotations.Nullable;

/// A word of a template.
///
/// @param text of {@link Kind#DATA} and {@link Kind#STRING} what it stands for, of others as
// written
record Token(Kind type, String text, Position position) {
  /// The kinds of words.
  enum Kind {
    DATA(null),
    BLOCK_BEGIN("{%"),
    BLOCK_END("%}"),
    VARIABLE_BEGIN("{{"),
    VARIABLE_END("}}"),
    NAME(null),
    STRING(null),
    INTEGER(null),
    FLOAT(null),
    FLOOR_DIV("//"),
    POW("**"),
    EQ("=="),
    NE("!="),
    GE(">="),
    LE("<="),
    GT(">"),
    LT("<"),
    ASSIGN("="),
    ADD("+"),
    SUB("-"),
    MUL("*"),
    DIV("/"),
    MOD("%"),
    TILDE("~"),
    DOT("."),
    COLON(":"),
    PIPE("|"),
    COMMA(","),
    SEMICOLON(";"),
    LPAREN("("),
    RPAREN(")"),
    LBRACKET("["),
    RBRACKET("]"),
    LBRACE("{"),
    RBRACE("}"),
    END(null);

    /// How it is written, if always the same.
    final @Nullable String sign;

    Kind(@Nullable String sign) {
      this.sign = sign;
    }

    boolean isOperator() {
      boolean edge =
          this == BLOCK_BEGIN
              || this == BLOCK_END
              || this == VARIABLE_BEGIN
              || this == VARIABLE_END;
      return sign != null && !edge;
    }
  }

  boolean is(Kind wanted) {
    return type == wanted;
  }

  boolean isName(String name) {
    return type == Kind.NAME && text.equals(name);
  }

  /// As an error names it.
  String describe() {
    return switch (type) {
      case DATA -> "text";
      case STRING -> "a string";
      case END -> "the end of the template";
      default -> "'" + text + "'";
    };
  }
}
