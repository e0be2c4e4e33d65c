package dev.computepool.chat.template;

import dev.computepool.chat.template.Stmt.Target;
import dev.computepool.chat.template.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the tree of a template.
final class Parser {
  /// Deeper nesting of blocks is refused; Python's own compiler gives up at 20 loops.
  private static final int MAX_DEPTH = 100;

  /// Names that a macro is given only if it uses them.
  private static final Set<String> SPECIAL = Set.of("varargs", "kwargs", "caller");

  private static final Set<String> INHERITANCE =
      Set.of("extends", "block", "include", "import", "from", "autoescape");

  private final Words words;
  private final ExpressionParser expressions;
  private final List<Names> scopes = new ArrayList<>();
  private int depth;
  private boolean inLoop;

  /// Whether what is read may never be reached.
  private boolean lenient;

  private Parser(Words words, Set<String> filters, Set<String> tests) {
    this.words = words;
    this.expressions = new ExpressionParser(words, filters, tests);
  }

  /// The statements of a template.
  ///
  /// @param filters names of the filters there are
  /// @param tests names of the tests there are
  static List<Stmt> parse(String text, Set<String> filters, Set<String> tests) {
    Parser parser = new Parser(new Words(Lexer.tokens(text)), filters, tests);
    List<Stmt> body = parser.scope(new Names(null), () -> parser.statements(Set.of()));
    if (!parser.words.at(Kind.END)) {
      throw parser.words.unexpected("no '" + parser.words.current().text() + "' here");
    }
    parser.scopes.forEach(Names::settle);
    return body;
  }

  /// Statements with names of their own.
  private List<Stmt> scope(Names names, Supplier<List<Stmt>> parse) {
    Position start = words.current().position();
    scopes.add(names);
    Names before = expressions.enter(names);
    List<Stmt> body = new ArrayList<>(parse.get());
    expressions.enter(before);
    if (names.assigns()) {
      body.addFirst(new Stmt.Declare(names, start));
    }
    return List.copyOf(body);
  }

  /// Statements up to a tag that begins with one of these names, which is then current.
  private List<Stmt> statements(Set<String> ends) {
    List<Stmt> body = new ArrayList<>();
    while (true) {
      Token token = words.current();
      switch (token.type()) {
        case DATA -> body.add(new Stmt.Text(words.take().text(), token.position()));
        case VARIABLE_BEGIN -> {
          words.take();
          body.add(new Stmt.Print(expressions.tuple(true, null), token.position()));
          words.expect(Kind.VARIABLE_END);
          expressions.settle(lenient);
        }
        case BLOCK_BEGIN -> {
          words.take();
          if (words.at(Kind.NAME) && ends.contains(words.current().text())) {
            return List.copyOf(body);
          }
          body.add(statement());
          words.expect(Kind.BLOCK_END);
          expressions.settle(lenient);
        }
        default -> {
          if (!ends.isEmpty()) {
            throw words.unexpected("{% " + String.join(" %} or {% ", ends) + " %}");
          }
          return List.copyOf(body);
        }
      }
    }
  }

  /// The rest of a tag, and the statements up to one of these.
  private List<Stmt> body(String... ends) {
    words.skip(Kind.COLON);
    words.expect(Kind.BLOCK_END);
    if (++depth > MAX_DEPTH) {
      throw Fault.syntax(words.current().position(), "blocks are nested deeper than " + MAX_DEPTH);
    }
    List<Stmt> body = statements(Set.of(ends));
    depth--;
    return body;
  }

  /// What is a function in Python: unknown filters count at once, and loops end at its edge.
  private List<Stmt> inOwnScope(boolean loop, Names names, Supplier<List<Stmt>> parse) {
    expressions.settle(lenient);
    boolean lenientBefore = lenient;
    lenient = false;
    boolean loopBefore = inLoop;
    inLoop = loop;
    List<Stmt> parsed = scope(names, parse);
    inLoop = loopBefore;
    lenient = lenientBefore;
    return parsed;
  }

  private List<Stmt> inOwnScope(boolean loop, Supplier<List<Stmt>> parse) {
    return inOwnScope(loop, inner(), parse);
  }

  /// A scope within the current one.
  private Names inner() {
    return new Names(expressions.names());
  }

  private Stmt statement() {
    Token tag = words.expect(Kind.NAME);
    Position start = tag.position();
    return switch (tag.text()) {
      case "if" -> conditional(start);
      case "for" -> loop(start);
      case "set" -> assignment(start);
      case "macro" -> macro(start);
      case "call" -> callBlock(start);
      case "filter" -> filterBlock(start);
      case "with" -> with(start);
      case "print" -> new Stmt.Print(printed(), start);
      case "generation" -> {
        List<Stmt> body = inOwnScope(false, () -> body("endgeneration"));
        words.take();
        yield new Stmt.Generation(body, start);
      }
      case "break", "continue" -> {
        if (!inLoop) {
          throw Fault.syntax(start, "'" + tag.text() + "' outside of a loop");
        }
        yield tag.text().equals("break") ? new Stmt.Break(start) : new Stmt.Continue(start);
      }
      default -> throw unknownTag(tag);
    };
  }

  private static Fault unknownTag(Token tag) {
    String name = tag.text();
    String what = "there is no tag '" + name + "'";
    if (INHERITANCE.contains(name)) {
      what = "the tag '" + name + "' has no meaning in a chat template";
    } else if (name.startsWith("end") || name.equals("else") || name.equals("elif")) {
      what = "'" + name + "' without the tag that it belongs to";
    }
    return Fault.syntax(tag.position(), what);
  }

  private Expr printed() {
    Position start = words.current().position();
    List<Expr> parts = new ArrayList<>();
    while (!words.at(Kind.BLOCK_END)) {
      if (!parts.isEmpty()) {
        words.expect(Kind.COMMA);
      }
      parts.add(expressions.expression());
    }
    return new Expr.Concat(List.copyOf(parts), start);
  }

  private Stmt conditional(Position start) {
    boolean before = lenient;
    expressions.settle(lenient);
    lenient = true;
    expressions.names().beginCondition();
    List<Stmt.Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    String end = "elif";
    while (end.equals("elif")) {
      Expr test = expressions.tuple(false, null);
      branches.add(new Stmt.Branch(test, body("elif", "else", "endif")));
      end = words.take().text();
    }
    if (end.equals("else")) {
      otherwise = elseOf("endif");
    }
    expressions.names().endCondition();
    lenient = before;
    return new Stmt.If(List.copyOf(branches), otherwise, start);
  }

  private Stmt loop(Position start) {
    Target target = target(false, "in");
    eachName(target, name -> requireNotLoop(name, start));
    words.expectName("in");
    Expr items = expressions.tuple(false, "recursive");
    Names before = expressions.enter(inner());
    Expr test = words.skipName("if") ? expressions.expression() : null;
    expressions.enter(before);
    boolean recursive = words.skipName("recursive");
    Names names = inner();
    names.parameter("loop");
    eachName(target, names::parameter);
    Set<String> outer = expressions.startNames();
    List<Stmt> body = inOwnScope(true, names, () -> body("endfor", "else"));
    boolean usesLoop = expressions.endNames(outer).contains("loop");
    List<Stmt> otherwise =
        words.take().text().equals("else") ? inOwnScope(inLoop, () -> elseOf("endfor")) : List.of();
    return new Stmt.For(target, items, test, body, otherwise, recursive, usesLoop, start);
  }

  private List<Stmt> elseOf(String end) {
    List<Stmt> otherwise = body(end);
    words.take();
    return otherwise;
  }

  private static void requireNotLoop(String name, Position position) {
    if (name.equals("loop")) {
      throw Fault.syntax(position, "'loop' is the loop itself and cannot be its variable");
    }
  }

  /// Goes through the variables that are assigned to.
  private static void eachName(Target target, Consumer<String> consumer) {
    switch (target) {
      case Target.Variable(String name) -> consumer.accept(name);
      case Target.NamespaceField _ -> {}
      case Target.Several(List<Target> targets) ->
          targets.forEach(inner -> eachName(inner, consumer));
    }
  }

  private Stmt assignment(Position start) {
    Target target = target(true, null);
    if (words.skip(Kind.ASSIGN)) {
      Expr value = expressions.tuple(true, null);
      eachName(target, expressions.names()::assign);
      return new Stmt.Set(target, value, start);
    }
    eachName(target, expressions.names()::assign);
    Expr.Filter filter = words.skip(Kind.PIPE) ? expressions.inlineFilter() : null;
    List<Stmt> body = inOwnScope(inLoop, () -> body("endset"));
    words.take();
    return new Stmt.SetBlock(target, filter, body, start);
  }

  private Stmt macro(Position start) {
    Target.Variable name = variable();
    expressions.names().assign(name.name());
    Names names = inner();
    return new Stmt.MacroDefinition(
        macroBody(name.name(), parameters(names), names, "endmacro"), start);
  }

  private Stmt.MacroBody macroBody(
      String name, List<Stmt.Parameter> parameters, Names names, String end) {
    Set<String> outer = expressions.startNames();
    List<Stmt> body = inOwnScope(false, names, () -> body(end));
    words.take();
    Set<String> takes = new HashSet<>(expressions.endNames(outer));
    takes.retainAll(SPECIAL);
    parameters.forEach(parameter -> takes.remove(parameter.name()));
    return new Stmt.MacroBody(name, parameters, Set.copyOf(takes), body);
  }

  /// The parameters of a macro, or of a block that is called, if it has some.
  private List<Stmt.Parameter> parameters(Names names) {
    if (!words.at(Kind.LPAREN)) {
      return List.of();
    }
    words.take();
    Names before = expressions.enter(names);
    List<Stmt.Parameter> parameters = new ArrayList<>();
    while (!words.at(Kind.RPAREN)) {
      if (!parameters.isEmpty()) {
        words.expect(Kind.COMMA);
      }
      Position start = words.current().position();
      String name = variable().name();
      names.parameter(name);
      Expr defaultValue = words.skip(Kind.ASSIGN) ? expressions.expression() : null;
      if (defaultValue == null
          && !parameters.isEmpty()
          && parameters.getLast().defaultValue() != null) {
        throw Fault.syntax(start, "'" + name + "' has no default, but one before it has");
      }
      if (parameters.stream().anyMatch(p -> p.name().equals(name))) {
        throw Fault.syntax(start, "the parameter '" + name + "' is named twice");
      }
      parameters.add(new Stmt.Parameter(name, defaultValue));
    }
    words.expect(Kind.RPAREN);
    expressions.enter(before);
    return List.copyOf(parameters);
  }

  private Stmt callBlock(Position start) {
    Names names = inner();
    List<Stmt.Parameter> parameters = parameters(names);
    Position at = words.current().position();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw Fault.syntax(at, "'call' needs a call");
    }
    return new Stmt.CallBlock(call, macroBody("caller", parameters, names, "endcall"), start);
  }

  private Stmt filterBlock(Position start) {
    Expr.Filter filter = expressions.inlineFilter();
    List<Stmt> body = inOwnScope(inLoop, () -> body("endfilter"));
    words.take();
    return new Stmt.FilterBlock(filter, body, start);
  }

  private Stmt with(Position start) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    Names names = inner();
    while (!words.at(Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        words.expect(Kind.COMMA);
      }
      Target.Variable target = variable();
      names.parameter(target.name());
      targets.add(target);
      words.expect(Kind.ASSIGN);
      values.add(expressions.expression());
    }
    List<Stmt> body = inOwnScope(inLoop, names, () -> body("endwith"));
    words.take();
    return new Stmt.With(List.copyOf(targets), List.copyOf(values), body, start);
  }

  /// What may stand before `=` or `in`.
  private Target target(boolean fields, @Nullable String end) {
    if (fields && words.at(Kind.NAME) && words.following().is(Kind.DOT)) {
      return field();
    }
    List<Target> targets = new ArrayList<>();
    boolean comma = false;
    do {
      boolean ends = words.at(Kind.ASSIGN) || words.at(Kind.BLOCK_END) || words.at(Kind.RPAREN);
      if (comma && (ends || (end != null && words.atName(end)))) {
        break;
      }
      targets.add(single(fields, end));
      comma = words.at(Kind.COMMA) || comma;
    } while (words.skip(Kind.COMMA));
    return comma ? new Target.Several(List.copyOf(targets)) : targets.getFirst();
  }

  private Target single(boolean fields, @Nullable String end) {
    if (words.skip(Kind.LPAREN)) {
      expressions.deeper();
      Target inner = target(fields, end);
      expressions.shallower();
      words.expect(Kind.RPAREN);
      return inner;
    }
    return fields && words.following().is(Kind.DOT) ? field() : variable();
  }

  private Target field() {
    Token namespace = words.expect(Kind.NAME);
    expressions.names().load(namespace.text());
    words.expect(Kind.DOT);
    return new Target.NamespaceField(
        namespace.text(), words.expect(Kind.NAME).text(), namespace.position());
  }

  private Target.Variable variable() {
    Token name = words.expect(Kind.NAME);
    return switch (name.text()) {
      case "true", "false", "none", "True", "False", "None" ->
          throw Fault.syntax(name.position(), "cannot assign to '" + name.text() + "'");
      default -> new Target.Variable(name.text());
    };
  }
}
