package dev.computepool.chat.template;

import dev.computepool.chat.template.Expr.BinaryOperator;
import dev.computepool.chat.template.Expr.CallArguments;
import dev.computepool.chat.template.Expr.Comparator;
import dev.computepool.chat.template.Expr.UnaryOperator;
import dev.computepool.chat.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes trees of expressions, by descent through the levels of precedence.
final class ExpressionParser {
  /// Deeper nesting is refused, of brackets as of operators, whose operands stand within one
  /// another. Python gives up at 200 brackets, which jinja2 writes around all of these.
  private static final int MAX_DEPTH = 200;

  private static final Set<String> AFTER_TEST = Set.of("else", "or", "and");

  private final Words words;
  private final Set<String> filters;
  private final Set<String> tests;

  /// Every name that the expressions since the last {@link #startNames} use.
  private Set<String> used = new TreeSet<>();

  /// The names of the scope that is read.
  private Names names = new Names(null);

  private int depth;

  /// Filters and tests that were read and do not exist.
  private final List<Fault> unknown = new ArrayList<>();

  ExpressionParser(Words words, Set<String> filters, Set<String> tests) {
    this.words = words;
    this.filters = filters;
    this.tests = tests;
  }

  /// Ends a tag.
  ///
  /// @param lenient whether filters and tests that do not exist are errors only when they are
  ///     reached, as in the branches of a condition
  void settle(boolean lenient) {
    if (!lenient && !unknown.isEmpty()) {
      throw unknown.getFirst();
    }
    unknown.clear();
  }

  /// Begins to collect names anew, and returns those so far.
  Set<String> startNames() {
    Set<String> before = used;
    used = new TreeSet<>();
    return before;
  }

  /// Ends what {@link #startNames} began, and returns what was collected since.
  Set<String> endNames(Set<String> before) {
    Set<String> inner = used;
    used = before;
    used.addAll(inner);
    return inner;
  }

  Names names() {
    return names;
  }

  /// Goes on in another scope, and returns the one before.
  Names enter(Names scope) {
    Names before = names;
    names = scope;
    return before;
  }

  Expr expression() {
    return conditional();
  }

  /// Expressions with commas between them make a tuple, in parentheses or not.
  ///
  /// @param conditional whether an item may be `a if b else c`
  /// @param end a name that ends the tuple, besides the end of a tag
  Expr tuple(boolean conditional, @Nullable String end) {
    return tuple(conditional, end, false);
  }

  private Expr tuple(boolean conditional, @Nullable String end, boolean parentheses) {
    Position start = words.current().position();
    List<Expr> items = new ArrayList<>();
    boolean comma = false;
    while (true) {
      if (!items.isEmpty()) {
        if (!words.skip(Kind.COMMA)) {
          break;
        }
        comma = true;
      }
      if (tupleEnds(end)) {
        break;
      }
      items.add(conditional ? conditional() : or());
    }
    if (!comma) {
      if (!items.isEmpty()) {
        return items.getFirst();
      }
      if (!parentheses) {
        throw words.unexpected("an expression");
      }
    }
    return new Expr.TupleDisplay(List.copyOf(items), start);
  }

  private boolean tupleEnds(@Nullable String end) {
    return words.at(Kind.VARIABLE_END)
        || words.at(Kind.BLOCK_END)
        || words.at(Kind.RPAREN)
        || (end != null && words.atName(end));
  }

  private Expr conditional() {
    Position start = words.current().position();
    int before = unknown.size();
    Expr value = or();
    if (words.atName("if")) {
      int level = depth;
      while (words.skipName("if")) {
        deeper();
        Expr test = or();
        Expr otherwise = words.skipName("else") ? conditional() : null;
        value = new Expr.Conditional(test, value, otherwise, start);
      }
      depth = level;
      // Whether they are reached depends on values.
      unknown.subList(before, unknown.size()).clear();
    }
    return value;
  }

  private Expr or() {
    Position start = words.current().position();
    Expr left = and();
    int level = depth;
    while (words.skipName("or")) {
      deeper();
      left = new Expr.Or(left, and(), start);
    }
    depth = level;
    return left;
  }

  private Expr and() {
    Position start = words.current().position();
    Expr left = not();
    int level = depth;
    while (words.skipName("and")) {
      deeper();
      left = new Expr.And(left, not(), start);
    }
    depth = level;
    return left;
  }

  private Expr not() {
    Position start = words.current().position();
    if (!words.skipName("not")) {
      return comparison();
    }
    deeper();
    Expr operand = not();
    depth--;
    return new Expr.Unary(UnaryOperator.NOT, operand, start);
  }

  private Expr comparison() {
    Position start = words.current().position();
    Expr first = sum();
    List<Expr.Link> links = new ArrayList<>();
    for (Comparator c = comparator(); c != null; c = comparator()) {
      links.add(new Expr.Link(c, sum()));
    }
    return links.isEmpty() ? first : new Expr.Comparison(first, List.copyOf(links), start);
  }

  private @Nullable Comparator comparator() {
    Comparator comparator =
        switch (words.current().type()) {
          case EQ -> Comparator.EQUAL;
          case NE -> Comparator.NOT_EQUAL;
          case LT -> Comparator.LESS;
          case LE -> Comparator.LESS_OR_EQUAL;
          case GT -> Comparator.GREATER;
          case GE -> Comparator.GREATER_OR_EQUAL;
          case NAME -> membership();
          default -> null;
        };
    if (comparator != null) {
      words.take();
    }
    return comparator;
  }

  private @Nullable Comparator membership() {
    if (words.atName("in")) {
      return Comparator.IN;
    }
    if (words.atName("not") && words.following().isName("in")) {
      words.take();
      return Comparator.NOT_IN;
    }
    return null;
  }

  private Expr sum() {
    Position start = words.current().position();
    Expr left = concat();
    int level = depth;
    while (words.at(Kind.ADD) || words.at(Kind.SUB)) {
      deeper();
      BinaryOperator operator =
          words.take().is(Kind.ADD) ? BinaryOperator.ADD : BinaryOperator.SUBTRACT;
      left = new Expr.Binary(operator, left, concat(), start);
    }
    depth = level;
    return left;
  }

  private Expr concat() {
    Position start = words.current().position();
    Expr first = product();
    if (!words.at(Kind.TILDE)) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (words.skip(Kind.TILDE)) {
      parts.add(product());
    }
    return new Expr.Concat(List.copyOf(parts), start);
  }

  private Expr product() {
    Position start = words.current().position();
    Expr left = power();
    int level = depth;
    while (true) {
      BinaryOperator operator =
          switch (words.current().type()) {
            case MUL -> BinaryOperator.MULTIPLY;
            case DIV -> BinaryOperator.DIVIDE;
            case FLOOR_DIV -> BinaryOperator.FLOOR_DIVIDE;
            case MOD -> BinaryOperator.REMAINDER;
            default -> null;
          };
      if (operator == null) {
        depth = level;
        return left;
      }
      deeper();
      words.take();
      left = new Expr.Binary(operator, left, power(), start);
    }
  }

  /// From the left, unlike Python's.
  private Expr power() {
    Position start = words.current().position();
    Expr left = unary(true);
    int level = depth;
    while (words.skip(Kind.POW)) {
      deeper();
      left = new Expr.Binary(BinaryOperator.POWER, left, unary(true), start);
    }
    depth = level;
    return left;
  }

  private Expr unary(boolean filtered) {
    Position start = words.current().position();
    int level = depth;
    deeper();
    Expr value;
    if (words.skip(Kind.SUB)) {
      value = new Expr.Unary(UnaryOperator.NEGATE, unary(false), start);
    } else if (words.skip(Kind.ADD)) {
      value = new Expr.Unary(UnaryOperator.PLUS, unary(false), start);
    } else {
      value = primary();
    }
    value = postfix(value);
    if (filtered) {
      value = filtersAndTests(value);
    }
    depth = level;
    return value;
  }

  private Expr primary() {
    Token token = words.current();
    Position start = token.position();
    return switch (token.type()) {
      case NAME -> name(words.take());
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (words.at(Kind.STRING)) {
          text.append(words.take().text());
        }
        yield new Expr.Literal(new Value.Str(text.toString()), start);
      }
      case INTEGER -> new Expr.Literal(Numbers.literal(words.take().text()), start);
      case FLOAT ->
          new Expr.Literal(new Value.Real(Double.parseDouble(words.take().text())), start);
      case LPAREN -> {
        words.take();
        Expr value = tuple(true, null, true);
        words.expect(Kind.RPAREN);
        yield value;
      }
      case LBRACKET -> list(start);
      case LBRACE -> dict(start);
      default -> throw words.unexpected("an expression");
    };
  }

  private Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Literal(Value.Bool.TRUE, token.position());
      case "false", "False" -> new Expr.Literal(Value.Bool.FALSE, token.position());
      case "none", "None" -> new Expr.Literal(Value.None.NONE, token.position());
      default -> {
        used.add(token.text());
        names.load(token.text());
        yield new Expr.Name(token.text(), token.position());
      }
    };
  }

  private Expr list(Position start) {
    words.expect(Kind.LBRACKET);
    List<Expr> items = new ArrayList<>();
    while (!words.at(Kind.RBRACKET)) {
      if (!items.isEmpty()) {
        words.expect(Kind.COMMA);
      }
      if (words.at(Kind.RBRACKET)) {
        break;
      }
      items.add(expression());
    }
    words.expect(Kind.RBRACKET);
    return new Expr.ListDisplay(List.copyOf(items), start);
  }

  private Expr dict(Position start) {
    words.expect(Kind.LBRACE);
    List<Expr.Pair> pairs = new ArrayList<>();
    while (!words.at(Kind.RBRACE)) {
      if (!pairs.isEmpty()) {
        words.expect(Kind.COMMA);
      }
      if (words.at(Kind.RBRACE)) {
        break;
      }
      Expr key = expression();
      words.expect(Kind.COLON);
      pairs.add(new Expr.Pair(key, expression()));
    }
    words.expect(Kind.RBRACE);
    return new Expr.DictDisplay(List.copyOf(pairs), start);
  }

  private Expr postfix(Expr start) {
    Expr value = start;
    while (true) {
      Token token = words.current();
      switch (token.type()) {
        case DOT -> value = attribute(value);
        case LBRACKET -> value = subscript(value);
        case LPAREN -> value = new Expr.Call(value, arguments(), token.position());
        default -> {
          return value;
        }
      }
      deeper();
    }
  }

  private Expr filtersAndTests(Expr start) {
    Expr value = start;
    while (true) {
      Token token = words.current();
      if (token.is(Kind.PIPE)) {
        words.take();
        value = filter(value);
      } else if (token.isName("is")) {
        value = test(value);
      } else if (token.is(Kind.LPAREN)) {
        value = new Expr.Call(value, arguments(), token.position());
      } else {
        return value;
      }
      deeper();
    }
  }

  private Expr attribute(Expr object) {
    words.expect(Kind.DOT);
    Token name = words.take();
    return switch (name.type()) {
      case NAME -> new Expr.Attribute(object, name.text(), name.position());
      case INTEGER -> {
        Expr key = new Expr.Literal(Numbers.literal(name.text()), name.position());
        yield new Expr.Item(object, key, name.position());
      }
      default ->
          throw Fault.syntax(
              name.position(), "unexpected " + name.describe() + ", expected a name or number");
    };
  }

  private Expr subscript(Expr object) {
    Position start = words.expect(Kind.LBRACKET).position();
    deeper();
    List<Expr> keys = new ArrayList<>();
    while (!words.at(Kind.RBRACKET)) {
      if (!keys.isEmpty()) {
        words.expect(Kind.COMMA);
      }
      Expr key = null;
      if (!words.at(Kind.COLON)) {
        key = expression();
      }
      if (key == null || words.at(Kind.COLON)) {
        Expr slice = slice(object, key, start);
        // As with one key of several, a slice has no meaning for any value that a template has.
        if (keys.isEmpty() && words.skip(Kind.RBRACKET)) {
          depth--;
          return slice;
        }
        throw words.unexpected("']' after a slice");
      }
      keys.add(key);
    }
    words.expect(Kind.RBRACKET);
    depth--;
    Expr key = keys.size() == 1 ? keys.getFirst() : new Expr.TupleDisplay(keys, start);
    return new Expr.Item(object, key, start);
  }

  /// The rest of a slice, from its first colon on.
  private Expr slice(Expr object, @Nullable Expr first, Position start) {
    words.expect(Kind.COLON);
    Expr stop = sliceEnds() || words.at(Kind.COLON) ? null : expression();
    Expr step = words.skip(Kind.COLON) && !sliceEnds() ? expression() : null;
    return new Expr.Slice(object, first, stop, step, start);
  }

  private boolean sliceEnds() {
    return words.at(Kind.RBRACKET) || words.at(Kind.COMMA);
  }

  CallArguments arguments() {
    words.expect(Kind.LPAREN);
    deeper();
    List<Expr> positional = new ArrayList<>();
    List<Expr.NamedExpr> named = new ArrayList<>();
    Expr star = null;
    Expr doubleStar = null;
    boolean comma = true;
    while (!words.at(Kind.RPAREN)) {
      if (!comma) {
        words.expect(Kind.COMMA);
        if (words.at(Kind.RPAREN)) {
          break;
        }
      }
      comma = false;
      if (words.at(Kind.MUL) && star == null && doubleStar == null) {
        words.take();
        star = expression();
      } else if (words.at(Kind.POW) && doubleStar == null) {
        words.take();
        doubleStar = expression();
      } else if (words.at(Kind.NAME) && words.following().is(Kind.ASSIGN) && doubleStar == null) {
        named.add(named(named));
      } else if (named.isEmpty() && star == null && doubleStar == null) {
        positional.add(expression());
      } else {
        throw words.unexpected("arguments by position before those by name");
      }
    }
    words.expect(Kind.RPAREN);
    depth--;
    return new CallArguments(List.copyOf(positional), List.copyOf(named), star, doubleStar);
  }

  private Expr.NamedExpr named(List<Expr.NamedExpr> before) {
    Token name = words.take();
    if (before.stream().anyMatch(n -> n.name().equals(name.text()))) {
      throw Fault.syntax(name.position(), "the argument '" + name.text() + "' is given twice");
    }
    words.expect(Kind.ASSIGN);
    return new Expr.NamedExpr(name.text(), expression());
  }

  /// A chain of filters that begins with a name, as in `{% filter upper|trim %}`.
  Expr.Filter inlineFilter() {
    Expr.Filter filter = filter(null);
    int level = depth;
    while (words.skip(Kind.PIPE)) {
      deeper();
      filter = filter(filter);
    }
    depth = level;
    return filter;
  }

  private Expr.Filter filter(@Nullable Expr operand) {
    Token first = words.expect(Kind.NAME);
    String name = dotted(first);
    if (!filters.contains(name)) {
      unknown.add(Fault.syntax(first.position(), "there is no filter '" + name + "'"));
    }
    CallArguments arguments = words.at(Kind.LPAREN) ? arguments() : CallArguments.NONE;
    return new Expr.Filter(operand, name, arguments, first.position());
  }

  private Expr test(Expr operand) {
    words.expectName("is");
    boolean negated = words.skipName("not");
    Token first = words.expect(Kind.NAME);
    String name = dotted(first);
    if (!tests.contains(name)) {
      unknown.add(Fault.syntax(first.position(), "there is no test '" + name + "'"));
    }
    CallArguments arguments = CallArguments.NONE;
    if (words.at(Kind.LPAREN)) {
      arguments = arguments();
    } else if (beginsArgument()) {
      if (words.atName("is")) {
        throw words.unexpected("no second test");
      }
      int level = depth;
      deeper();
      arguments = new CallArguments(List.of(postfix(primary())), List.of(), null, null);
      depth = level;
    }
    Expr test = new Expr.Test(operand, name, arguments, first.position());
    return negated ? new Expr.Unary(UnaryOperator.NOT, test, first.position()) : test;
  }

  private boolean beginsArgument() {
    return switch (words.current().type()) {
      case NAME -> !AFTER_TEST.contains(words.current().text());
      case STRING, INTEGER, FLOAT, LPAREN, LBRACKET, LBRACE -> true;
      default -> false;
    };
  }

  private String dotted(Token first) {
    StringBuilder name = new StringBuilder(first.text());
    while (words.skip(Kind.DOT)) {
      name.append('.').append(words.expect(Kind.NAME).text());
    }
    return name.toString();
  }

  /// Counts one level, here and of what names values are assigned to.
  void deeper() {
    if (++depth > MAX_DEPTH) {
      throw Fault.syntax(
          words.current().position(), "expressions are nested deeper than " + MAX_DEPTH);
    }
  }

  /// Ends what {@link #deeper} counted.
  void shallower() {
    depth--;
  }
}
