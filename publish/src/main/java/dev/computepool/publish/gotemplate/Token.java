package dev.computepool.publish.gotemplate;

/// A piece of a template.
///
/// @param at bytes from the start of the template
/// @param value its bytes; for {@link TokenType#ERROR} what is wrong
record Token(TokenType type, int at, String value, int line) {
  /// As Go's errors write it.
  @Override
  public String toString() {
    if (type == TokenType.END_OF_TEMPLATE) {
      return "EOF";
    }
    if (type == TokenType.ERROR) {
      return value;
    }
    if (type.isKeyword()) {
      return "<" + value + ">";
    }
    return value.length() > 10
        ? Bytes.quote(Bytes.firstCharacters(value, 10)) + "..."
        : Bytes.quote(value);
  }
}
