package dev.computepool.chat.template;

import dev.computepool.chat.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a template into words, as jinja2 does with `trim_blocks` and `lstrip_blocks`: the newline
/// after a block goes, and so does white space between the start of a line and a block.
final class Lexer {
  /// What Python calls white space in text, as a class of characters.
  static final String SPACE =
      "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

  private static final Pattern RAW =
      Pattern.compile("\\{%[-+]?" + SPACE + "*raw" + SPACE + "*(?:-%\\}" + SPACE + "*|%\\})");
  private static final Pattern END_RAW =
      Pattern.compile(
          "\\{%([-+]?)" + SPACE + "*endraw" + SPACE + "*(?:\\+%\\}|-%\\}" + SPACE + "*|%\\}\\n?)");
  private static final Pattern END_COMMENT =
      Pattern.compile("\\+#\\}|-#\\}" + SPACE + "*|#\\}\\n?");
  private static final Pattern END_BLOCK = Pattern.compile("\\+%\\}|-%\\}" + SPACE + "*|%\\}\\n?");
  private static final Pattern END_VARIABLE = Pattern.compile("-\\}\\}" + SPACE + "*|\\}\\}");
  private static final Pattern WHITESPACE = Pattern.compile(SPACE + "+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(?:\\d+_)*\\d+"
              + "(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+\\-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*");
  private static final Pattern NAME = Pattern.compile("[\\w\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}]+");

  private final String source;
  private final List<Integer> lineStarts = new ArrayList<>(List.of(0));
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarting = true;

  private Lexer(String text) {
    String normal = text.replace("\r\n", "\n").replace('\r', '\n');
    // Of the newlines that end a template, the last is the editor's.
    source = normal.endsWith("\n") ? normal.substring(0, normal.length() - 1) : normal;
    for (int i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) {
      lineStarts.add(i + 1);
    }
  }

  /// The words of a template, the last of them {@link Kind#END}.
  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    while (lexer.at < lexer.source.length()) {
      lexer.data();
    }
    lexer.add(Kind.END, "", lexer.source.length());
    return lexer.tokens;
  }

  /// Text up to the next tag, and the tag.
  private void data() {
    int tag = nextTag();
    if (tag < 0) {
      add(Kind.DATA, source.substring(at), at);
      at = source.length();
      return;
    }
    char kind = source.charAt(tag + 1);
    int afterSign = afterSign(tag + 2);
    char sign = afterSign > tag + 2 ? source.charAt(tag + 2) : ' ';
    String text = source.substring(at, tag);
    addText(strip(text, sign, kind == '{'), at);
    Matcher raw = RAW.matcher(source).region(tag, source.length());
    if (kind == '%' && raw.lookingAt()) {
      advance(tag, raw.end());
      raw(tag);
    } else if (kind == '#') {
      advance(tag, afterSign);
      comment(tag);
    } else {
      advance(tag, afterSign);
      add(kind == '%' ? Kind.BLOCK_BEGIN : Kind.VARIABLE_BEGIN, "{" + kind, tag);
      code(
          kind == '%' ? END_BLOCK : END_VARIABLE, kind == '%' ? Kind.BLOCK_END : Kind.VARIABLE_END);
    }
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private int afterSign(int i) {
    return i < source.length() && (source.charAt(i) == '-' || source.charAt(i) == '+') ? i + 1 : i;
  }

  private String strip(String text, char sign, boolean variable) {
    if (sign == '-') {
      return Texts.stripRight(text);
    }
    if (sign == '+' || variable) {
      return text;
    }
    int line = text.lastIndexOf('\n') + 1;
    boolean begins = line > 0 || lineStarting;
    return begins && Texts.isSpace(text.substring(line)) ? text.substring(0, line) : text;
  }

  private void raw(int start) {
    Matcher end = END_RAW.matcher(source).region(at, source.length());
    if (!end.find()) {
      throw Fault.syntax(position(start), "raw block is not closed with {% endraw %}");
    }
    String sign = end.group(1);
    String text = source.substring(at, end.start());
    addText(strip(text, sign.isEmpty() ? ' ' : sign.charAt(0), false), at);
    advance(end.start(), end.end());
  }

  private void comment(int start) {
    Matcher end = END_COMMENT.matcher(source).region(at, source.length());
    if (!end.find()) {
      throw Fault.syntax(position(start), "comment is not closed with #}");
    }
    advance(at, end.end());
  }

  /// The words of a tag, up to and with its end.
  private void code(Pattern endPattern, Kind endType) {
    Deque<Token> open = new ArrayDeque<>();
    while (at < source.length()) {
      Matcher end = matcher(endPattern);
      if (open.isEmpty() && end.lookingAt()) {
        add(endType, endType == Kind.BLOCK_END ? "%}" : "}}", at);
        advance(at, end.end());
        return;
      }
      word(open);
    }
    if (!open.isEmpty()) {
      throw Fault.syntax(
          open.getLast().position(), "'" + open.getLast().text() + "' is not closed");
    }
    // That the tag itself is not closed, the parser finds: it expected something at the end.
  }

  private Matcher matcher(Pattern pattern) {
    return pattern
        .matcher(source)
        .region(at, source.length())
        .useTransparentBounds(true)
        .useAnchoringBounds(false);
  }

  private void word(Deque<Token> open) {
    Matcher space = matcher(WHITESPACE);
    if (space.lookingAt()) {
      advance(at, space.end());
      return;
    }
    char c = source.charAt(at);
    if (c == '\'' || c == '"') {
      string(c);
    } else if (!number(Kind.FLOAT, FLOAT) && !number(Kind.INTEGER, INTEGER) && !name()) {
      operator(open);
    }
  }

  private boolean number(Kind type, Pattern pattern) {
    Matcher number = matcher(pattern);
    if (!number.lookingAt()) {
      return false;
    }
    add(type, number.group().replace("_", ""), at);
    advance(at, number.end());
    return true;
  }

  private boolean name() {
    Matcher name = matcher(NAME);
    if (!name.lookingAt()) {
      return false;
    }
    if (!Texts.isIdentifier(name.group())) {
      throw Fault.syntax(position(at), "'" + name.group() + "' is no name");
    }
    add(Kind.NAME, name.group(), at);
    advance(at, name.end());
    return true;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw Fault.syntax(position(at), "string is not closed");
    }
    String text = StringLiteral.unescape(source.substring(at + 1, end), position(at));
    add(Kind.STRING, text, at);
    advance(at, end + 1);
  }

  private void operator(Deque<Token> open) {
    for (Kind type : Kind.values()) {
      if (type.isOperator() && source.startsWith(String.valueOf(type.sign), at)) {
        Token token = new Token(type, String.valueOf(type.sign), position(at));
        balance(token, open);
        tokens.add(token);
        advance(at, at + token.text().length());
        return;
      }
    }
    throw Fault.syntax(
        position(at), "unexpected character '" + Character.toString(source.codePointAt(at)) + "'");
  }

  private static void balance(Token token, Deque<Token> open) {
    switch (token.type()) {
      case LPAREN, LBRACKET, LBRACE -> open.addLast(token);
      case RPAREN, RBRACKET, RBRACE -> {
        if (open.isEmpty()) {
          throw Fault.syntax(token.position(), "unexpected '" + token.text() + "'");
        }
        char expected = closing(open.removeLast().type());
        if (token.text().charAt(0) != expected) {
          throw Fault.syntax(
              token.position(), "unexpected '%s', expected '%c'".formatted(token.text(), expected));
        }
      }
      default -> {}
    }
  }

  private static char closing(Kind opening) {
    return switch (opening) {
      case LPAREN -> ')';
      case LBRACKET -> ']';
      default -> '}';
    };
  }

  private void advance(int from, int to) {
    lineStarting = to > from && source.charAt(to - 1) == '\n';
    at = to;
  }

  private void addText(String text, int offset) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text, offset);
    }
  }

  private void add(Kind type, String text, int offset) {
    tokens.add(new Token(type, text, position(offset)));
  }

  private Position position(int offset) {
    int low = 0;
    int high = lineStarts.size();
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (lineStarts.get(middle) <= offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Position(low + 1, offset - lineStarts.get(low) + 1);
  }
}
