package dev.computepool.chat.template;

import dev.computepool.chat.template.Token.Kind;
import java.util.List;
import java.util.Optional;

/// The words of a template, as a parser goes through them.
final class Words {
  private final List<Token> tokens;
  private int at;

  Words(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  /// The word after the current one.
  Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  boolean at(Kind type) {
    return current().is(type);
  }

  boolean atName(String name) {
    return current().isName(name);
  }

  /// The current word, which is then passed.
  Token take() {
    Token token = current();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean skip(Kind type) {
    boolean there = at(type);
    if (there) {
      take();
    }
    return there;
  }

  boolean skipName(String name) {
    boolean there = atName(name);
    if (there) {
      take();
    }
    return there;
  }

  Token expect(Kind type) {
    if (!at(type)) {
      throw unexpected(expected(type));
    }
    return take();
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  Fault unexpected(String expected) {
    return Fault.syntax(
        current().position(), "unexpected " + current().describe() + ", expected " + expected);
  }

  private static String expected(Kind type) {
    return Optional.ofNullable(type.sign).map(s -> "'" + s + "'").orElse("a name");
  }
}
