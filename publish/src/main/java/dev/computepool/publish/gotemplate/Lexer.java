package dev.computepool.publish.gotemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Cuts a template into tokens, as Go's `text/template/parse` does. An error is the last token.
final class Lexer {
  private static final String LEFT = "{{";
  private static final String RIGHT = "}}";
  private static final String SPACES = " \t\r\n";
  private static final int END = -1;

  /// A trim marker and the space beside it.
  private static final int MARKER = 2;

  private static final Map<String, TokenType> KEYWORDS =
      Map.ofEntries(
          Map.entry(".", TokenType.DOT),
          Map.entry("block", TokenType.BLOCK),
          Map.entry("break", TokenType.BREAK),
          Map.entry("continue", TokenType.CONTINUE),
          Map.entry("define", TokenType.DEFINE),
          Map.entry("else", TokenType.ELSE),
          Map.entry("end", TokenType.END),
          Map.entry("if", TokenType.IF),
          Map.entry("range", TokenType.RANGE),
          Map.entry("nil", TokenType.NIL),
          Map.entry("template", TokenType.TEMPLATE),
          Map.entry("with", TokenType.WITH));

  private final String input;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int start;
  private int line = 1;
  private int parens;

  /// What is being read.
  private enum State {
    TEXT,
    ACTION,
    DONE
  }

  private Lexer(String input) {
    this.input = input;
  }

  /// @param input one character a byte
  static List<Token> tokens(String input) {
    return new Lexer(input).run();
  }

  private List<Token> run() {
    State state = State.TEXT;
    while (state != State.DONE) {
      state = state == State.TEXT ? text() : action();
    }
    return tokens;
  }

  private void emit(TokenType type) {
    tokens.add(new Token(type, start, input.substring(start, at), line));
    skip();
  }

  /// Leaves out what was read since the last token.
  private void skip() {
    for (int i = start; i < at; i++) {
      if (input.charAt(i) == '\n') {
        line++;
      }
    }
    start = at;
  }

  private State error(String what) {
    tokens.add(new Token(TokenType.ERROR, start, what, line));
    return State.DONE;
  }

  private int peek() {
    return Bytes.characterAt(input, at);
  }

  private int next() {
    int code = peek();
    if (code != END) {
      at += Bytes.width(input, at);
    }
    return code;
  }

  private State text() {
    int delimiter = input.indexOf(LEFT, at);
    if (delimiter < 0) {
      at = input.length();
      if (at > start) {
        emit(TokenType.TEXT);
      }
      emit(TokenType.END_OF_TEMPLATE);
      return State.DONE;
    }
    boolean trim = trimsLeft(delimiter + LEFT.length());
    at = delimiter;
    while (trim && at > start && SPACES.indexOf(input.charAt(at - 1)) >= 0) {
      at--;
    }
    if (at > start) {
      emit(TokenType.TEXT);
    }
    at = delimiter;
    skip();
    at += LEFT.length();
    if (input.startsWith("/*", at + (trim ? MARKER : 0))) {
      at += trim ? MARKER : 0;
      return comment();
    }
    emit(TokenType.LEFT_DELIMITER);
    at += trim ? MARKER : 0;
    skip();
    parens = 0;
    return State.ACTION;
  }

  private boolean trimsLeft(int from) {
    return from + 1 < input.length()
        && input.charAt(from) == '-'
        && isSpace(input.charAt(from + 1));
  }

  private boolean trimsRight(int from) {
    return from + 1 < input.length()
        && isSpace(input.charAt(from))
        && input.charAt(from + 1) == '-';
  }

  private boolean atTrimmingEnd(int from) {
    return from >= 0 && trimsRight(from) && input.startsWith(RIGHT, from + MARKER);
  }

  private boolean atEnd() {
    return atTrimmingEnd(at) || input.startsWith(RIGHT, at);
  }

  private State comment() {
    skip();
    int end = input.indexOf("*/", at + 2);
    if (end < 0) {
      at += 2;
      return error("unclosed comment");
    }
    at = end + 2;
    if (!atEnd()) {
      return error("comment ends before closing delimiter");
    }
    endAction();
    skip();
    return State.TEXT;
  }

  /// Reads the right delimiter, and the space that it trims.
  private void endAction() {
    boolean trim = atTrimmingEnd(at);
    at += (trim ? MARKER : 0) + RIGHT.length();
    while (trim && at < input.length() && SPACES.indexOf(input.charAt(at)) >= 0) {
      at++;
    }
  }

  private State rightDelimiter() {
    boolean trim = trimsRight(at);
    if (trim) {
      at += MARKER;
      skip();
    }
    at += RIGHT.length();
    emit(TokenType.RIGHT_DELIMITER);
    while (trim && at < input.length() && SPACES.indexOf(input.charAt(at)) >= 0) {
      at++;
    }
    skip();
    return State.TEXT;
  }

  private State action() {
    if (atEnd()) {
      return parens == 0 ? rightDelimiter() : error("unclosed left paren");
    }
    int code = next();
    if (code == END) {
      return error("unclosed action");
    }
    if (isSpace(code)) {
      at--;
      return space();
    }
    boolean fraction = at < input.length() && isDigit(input.charAt(at));
    if (code == '+' || code == '-' || isDigit(code) || (code == '.' && fraction)) {
      at--;
      return number();
    }
    switch (code) {
      case '=' -> emit(TokenType.ASSIGN);
      case ':' -> {
        if (next() != '=') {
          return error("expected :=");
        }
        emit(TokenType.DECLARE);
      }
      case '|' -> emit(TokenType.PIPE);
      case '"' -> {
        return quoted('"', TokenType.STRING, "unterminated quoted string");
      }
      case '`' -> {
        return rawString();
      }
      case '$' -> {
        return word(TokenType.VARIABLE);
      }
      case '.' -> {
        return word(TokenType.FIELD);
      }
      case '\'' -> {
        return quoted('\'', TokenType.CHARACTER_CONSTANT, "unterminated character constant");
      }
      case '(' -> {
        emit(TokenType.LEFT_PAREN);
        parens++;
      }
      case ')' -> {
        emit(TokenType.RIGHT_PAREN);
        parens--;
        if (parens < 0) {
          return error("unexpected right paren " + Bytes.describe(')'));
        }
      }
      default -> {
        if (isAlphanumeric(code)) {
          return identifier();
        }
        if (code > 0x7F || !GoPrint.isPrintable(code)) {
          return error("unrecognized character in action: " + Bytes.describe(code));
        }
        emit(TokenType.CHARACTER);
      }
    }
    return State.ACTION;
  }

  private State space() {
    int spaces = 0;
    while (at < input.length() && isSpace(input.charAt(at))) {
      at++;
      spaces++;
    }
    // The last space may belong to a trimming delimiter.
    if (atTrimmingEnd(at - 1)) {
      at--;
      if (spaces == 1) {
        return rightDelimiter();
      }
    }
    emit(TokenType.SPACE);
    return State.ACTION;
  }

  private State identifier() {
    while (isAlphanumeric(peek())) {
      next();
    }
    String word = input.substring(start, at);
    if (!atTerminator()) {
      return error("bad character " + Bytes.describe(peek()));
    }
    TokenType keyword = KEYWORDS.get(word);
    if (keyword != null) {
      emit(keyword);
    } else {
      emit(word.equals("true") || word.equals("false") ? TokenType.BOOL : TokenType.IDENTIFIER);
    }
    return State.ACTION;
  }

  /// A field or a variable, whose first character was read.
  private State word(TokenType type) {
    if (atTerminator()) {
      emit(type == TokenType.VARIABLE ? type : TokenType.DOT);
      return State.ACTION;
    }
    while (isAlphanumeric(peek())) {
      next();
    }
    if (!atTerminator()) {
      return error("bad character " + Bytes.describe(peek()));
    }
    emit(type);
    return State.ACTION;
  }

  private boolean atTerminator() {
    int code = peek();
    return code == END
        || isSpace(code)
        || ".,|:)(".indexOf(code) >= 0
        || input.startsWith(RIGHT, at);
  }

  private State quoted(char quote, TokenType type, String unterminated) {
    while (true) {
      int code = next();
      if (code == '\\') {
        code = next();
        if (code != END && code != '\n') {
          continue;
        }
      }
      if (code == END || code == '\n') {
        return error(unterminated);
      }
      if (code == quote) {
        emit(type);
        return State.ACTION;
      }
    }
  }

  private State rawString() {
    int end = input.indexOf('`', at);
    if (end < 0) {
      at = input.length();
      return error("unterminated raw quoted string");
    }
    at = end + 1;
    emit(TokenType.RAW_STRING);
    return State.ACTION;
  }

  private State number() {
    boolean good = scanNumber();
    if (good && (peek() == '+' || peek() == '-')) {
      if (scanNumber() && input.charAt(at - 1) == 'i') {
        emit(TokenType.COMPLEX);
        return State.ACTION;
      }
      good = false;
    }
    if (!good) {
      return error("bad number syntax: " + Bytes.quote(input.substring(start, at)));
    }
    emit(TokenType.NUMBER);
    return State.ACTION;
  }

  private boolean scanNumber() {
    accept("+-");
    String digits = "0123456789_";
    if (accept("0")) {
      if (accept("xX")) {
        digits = "0123456789abcdefABCDEF_";
      } else if (accept("oO")) {
        digits = "01234567_";
      } else if (accept("bB")) {
        digits = "01_";
      }
    }
    acceptRun(digits);
    if (accept(".")) {
      acceptRun(digits);
    }
    boolean decimal = digits.length() == 11;
    boolean hexadecimal = digits.length() == 23;
    if ((decimal && accept("eE")) || (hexadecimal && accept("pP"))) {
      accept("+-");
      acceptRun("0123456789_");
    }
    accept("i");
    if (isAlphanumeric(peek())) {
      next();
      return false;
    }
    return true;
  }

  private boolean accept(String valid) {
    if (at < input.length() && valid.indexOf(input.charAt(at)) >= 0) {
      at++;
      return true;
    }
    return false;
  }

  private void acceptRun(String valid) {
    while (accept(valid)) {
      // accept moves on
    }
  }

  private static boolean isDigit(int code) {
    return code >= '0' && code <= '9';
  }

  private static boolean isSpace(int code) {
    return code == ' ' || code == '\t' || code == '\r' || code == '\n';
  }

  static boolean isAlphanumeric(int code) {
    return code == '_' || (code != END && (Character.isLetter(code) || Character.isDigit(code)));
  }
}
