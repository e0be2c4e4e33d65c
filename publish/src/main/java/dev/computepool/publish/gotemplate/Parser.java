package dev.computepool.publish.gotemplate;

import dev.computepool.publish.gotemplate.Node.Item;
import dev.computepool.publish.gotemplate.Node.Operand;
import dev.computepool.publish.gotemplate.Node.Pipe;
import dev.computepool.publish.gotemplate.Node.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes a tree of a template, as Go's `text/template/parse` does, with its errors.
///
/// Beyond Go 1.19 it knows `else with`, which came with 1.23 and which Ollama's Go has.
final class Parser {
  /// Blocks and parentheses one within the other; each takes a few frames of the stack.
  private static final int MAX_DEPTH = 300;

  private final String name;
  private final List<Token> tokens;
  private final Set<String> functions;

  /// Templates that are defined, by name.
  private final Map<String, List<Item>> defined;

  private List<String> variables = new ArrayList<>(List.of("$"));
  private int next;

  /// How many tokens were looked at: Go names the line of the last of them.
  private int seen;

  private int actionLine;
  private int rangeDepth;
  private int depth;

  private Parser(
      String name, List<Token> tokens, Set<String> functions, Map<String, List<Item>> defined) {
    this.name = name;
    this.tokens = tokens;
    this.functions = functions;
    this.defined = defined;
  }

  /// The trees of a template and of those that it defines.
  ///
  /// @param name of the template itself
  static Map<String, List<Item>> parse(String name, String bytes, Set<String> functions) {
    Map<String, List<Item>> defined = new HashMap<>();
    Parser parser = new Parser(name, Lexer.tokens(bytes), functions, defined);
    List<Item> root = parser.template();
    parser.define(name, root);
    return defined;
  }

  private List<Item> template() {
    List<Item> root = new ArrayList<>();
    while (peek().type() != TokenType.END_OF_TEMPLATE) {
      int start = next;
      if (peek().type() == TokenType.LEFT_DELIMITER) {
        next();
        if (nextNonSpace().type() == TokenType.DEFINE) {
          definition();
          continue;
        }
        next = start;
      }
      switch (textOrAction()) {
        case Parsed.One(Item item) -> root.add(item);
        case Parsed.Closing closing -> throw error("unexpected " + closing);
      }
    }
    return root;
  }

  private void definition() {
    Token name = nextNonSpace();
    if (name.type() != TokenType.STRING && name.type() != TokenType.RAW_STRING) {
      throw unexpected(name, "define clause");
    }
    String text = Literals.string(line(), name.value());
    expect(TokenType.RIGHT_DELIMITER, "define clause");
    define(text, body("define clause"));
  }

  /// What stands up to the `end` of a definition, in which no variable of ours is known.
  private List<Item> body(String context) {
    List<String> outer = variables;
    int outerRange = rangeDepth;
    variables = new ArrayList<>(List.of("$"));
    rangeDepth = 0;
    ItemList list = itemList();
    if (list.closing() != Parsed.Closing.END) {
      throw error("unexpected " + list.closing() + " in " + context);
    }
    variables = outer;
    rangeDepth = outerRange;
    return list.items();
  }

  private void define(String name, List<Item> root) {
    List<Item> before = defined.get(name);
    if (before == null || isEmpty(before)) {
      defined.put(name, root);
    } else if (!isEmpty(root)) {
      throw error("template: multiple definition of template " + Bytes.quote(name));
    }
  }

  private static boolean isEmpty(List<Item> items) {
    return items.stream()
        .allMatch(item -> item instanceof Node.Text(_, String bytes) && bytes.isBlank());
  }

  // ---- tokens

  private Token next() {
    Token token = tokens.get(Math.min(next, tokens.size() - 1));
    next++;
    seen = Math.max(seen, next);
    return token;
  }

  private Token peek() {
    Token token = next();
    next--;
    return token;
  }

  private Token nextNonSpace() {
    Token token = next();
    while (token.type() == TokenType.SPACE) {
      token = next();
    }
    return token;
  }

  private Token peekNonSpace() {
    Token token = nextNonSpace();
    next--;
    return token;
  }

  private Token expect(TokenType type, String context) {
    Token token = nextNonSpace();
    if (token.type() != type) {
      throw unexpected(token, context);
    }
    return token;
  }

  private int line() {
    return tokens.get(Math.clamp(seen - 1, 0, tokens.size() - 1)).line();
  }

  private Fault error(String what) {
    return Fault.syntax(line(), what);
  }

  private Fault unexpected(Token token, String context) {
    if (token.type() != TokenType.ERROR) {
      return error("unexpected " + token + " in " + context);
    }
    String extra = "";
    if (actionLine != 0 && actionLine != token.line()) {
      extra =
          (token.value().endsWith(" action") ? "" : " in action")
              + " started at "
              + name
              + ":"
              + actionLine;
    }
    return error(token + extra);
  }

  // ---- items

  /// What an action comes to: an item, or what ends a list of them.
  private sealed interface Parsed {
    record One(Item item) implements Parsed {}

    enum Closing implements Parsed {
      END,
      ELSE;

      @Override
      public String toString() {
        return this == END ? "{{end}}" : "{{else}}";
      }
    }
  }

  private record ItemList(List<Item> items, Parsed.Closing closing) {}

  private ItemList itemList() {
    if (++depth > MAX_DEPTH) {
      throw Fault.unsupported(line(), "blocks are nested deeper than " + MAX_DEPTH);
    }
    List<Item> items = new ArrayList<>();
    while (peekNonSpace().type() != TokenType.END_OF_TEMPLATE) {
      switch (textOrAction()) {
        case Parsed.One(Item item) -> items.add(item);
        case Parsed.Closing closing -> {
          depth--;
          return new ItemList(items, closing);
        }
      }
    }
    throw error("unexpected EOF");
  }

  private Parsed textOrAction() {
    Token token = nextNonSpace();
    if (token.type() == TokenType.TEXT) {
      return new Parsed.One(new Node.Text(token.at(), token.value()));
    }
    if (token.type() != TokenType.LEFT_DELIMITER) {
      throw unexpected(token, "input");
    }
    actionLine = token.line();
    Parsed action = action();
    actionLine = 0;
    return action;
  }

  private Parsed action() {
    Token token = nextNonSpace();
    return switch (token.type()) {
      case BLOCK -> new Parsed.One(block());
      case BREAK -> new Parsed.One(jump(token, "{{break}}", Node.Break::new));
      case CONTINUE -> new Parsed.One(jump(token, "{{continue}}", Node.Continue::new));
      case ELSE -> otherwise();
      case END -> {
        expect(TokenType.RIGHT_DELIMITER, "end");
        yield Parsed.Closing.END;
      }
      case IF, RANGE, WITH -> new Parsed.One(control(token.type()));
      case TEMPLATE -> new Parsed.One(call());
      default -> {
        next--;
        int at = peek().at();
        yield new Parsed.One(new Node.Action(at, pipeline("command", TokenType.RIGHT_DELIMITER)));
      }
    };
  }

  private Item jump(Token token, String name, Function<Integer, Item> node) {
    Token after = nextNonSpace();
    if (after.type() != TokenType.RIGHT_DELIMITER) {
      throw unexpected(after, name);
    }
    if (rangeDepth == 0) {
      throw error(name + " outside {{range}}");
    }
    return node.apply(token.at());
  }

  /// `else`; `if` or `with` after it is left to whoever opened the block.
  private Parsed otherwise() {
    TokenType after = peekNonSpace().type();
    if (after != TokenType.IF && after != TokenType.WITH) {
      expect(TokenType.RIGHT_DELIMITER, "else");
    }
    return Parsed.Closing.ELSE;
  }

  private Item control(TokenType type) {
    String context = type == TokenType.IF ? "if" : type == TokenType.RANGE ? "range" : "with";
    int mark = variables.size();
    Pipe pipe = pipeline(context, TokenType.RIGHT_DELIMITER);
    rangeDepth += type == TokenType.RANGE ? 1 : 0;
    ItemList list = itemList();
    rangeDepth -= type == TokenType.RANGE ? 1 : 0;
    List<Item> otherwise = list.closing() == Parsed.Closing.ELSE ? otherwise(type) : null;
    variables = new ArrayList<>(variables.subList(0, mark));
    Node.Branch branch = new Node.Branch(pipe, list.items(), otherwise);
    return switch (type) {
      case IF -> new Node.If(pipe.at(), branch);
      case RANGE -> new Node.Range(pipe.at(), branch);
      default -> new Node.With(pipe.at(), branch);
    };
  }

  private List<Item> otherwise(TokenType opened) {
    Token after = peek();
    if (after.type() == opened && (opened == TokenType.IF || opened == TokenType.WITH)) {
      next();
      if (++depth > MAX_DEPTH) {
        throw Fault.unsupported(line(), "blocks are nested deeper than " + MAX_DEPTH);
      }
      List<Item> chained = List.of(control(opened));
      depth--;
      return chained;
    }
    if (after.type() == TokenType.IF || after.type() == TokenType.WITH) {
      throw unexpected(after, "input");
    }
    ItemList list = itemList();
    if (list.closing() != Parsed.Closing.END) {
      throw error("expected end; found " + list.closing());
    }
    return list.items();
  }

  private Item block() {
    Token token = nextNonSpace();
    String name = templateName(token, "block clause");
    Pipe pipe = pipeline("block clause", TokenType.RIGHT_DELIMITER);
    define(name, body("block clause"));
    return new Node.Call(token.at(), name, pipe);
  }

  private Item call() {
    Token token = nextNonSpace();
    String name = templateName(token, "template clause");
    Pipe pipe = null;
    if (nextNonSpace().type() != TokenType.RIGHT_DELIMITER) {
      next--;
      pipe = pipeline("template clause", TokenType.RIGHT_DELIMITER);
    }
    return new Node.Call(token.at(), name, pipe);
  }

  private String templateName(Token token, String context) {
    if (token.type() != TokenType.STRING && token.type() != TokenType.RAW_STRING) {
      throw unexpected(token, context);
    }
    return Literals.string(line(), token.value());
  }

  // ---- pipelines

  private Pipe pipeline(String context, TokenType end) {
    if (++depth > MAX_DEPTH) {
      throw Fault.unsupported(line(), "parentheses are nested deeper than " + MAX_DEPTH);
    }
    int at = peekNonSpace().at();
    List<Variable> declared = new ArrayList<>();
    boolean assigns = false;
    boolean more = true;
    while (more && peekNonSpace().type() == TokenType.VARIABLE) {
      more = false;
      int start = next;
      Token variable = next();
      Token after = peekNonSpace();
      if (after.type() == TokenType.ASSIGN || after.type() == TokenType.DECLARE) {
        assigns = after.type() == TokenType.ASSIGN;
        nextNonSpace();
        declare(declared, variable);
      } else if (after.type() == TokenType.CHARACTER && after.value().equals(",")) {
        nextNonSpace();
        declare(declared, variable);
        if (!context.equals("range") || declared.size() >= 2) {
          throw error("too many declarations in " + context);
        }
        more =
            switch (peekNonSpace().type()) {
              case VARIABLE, RIGHT_DELIMITER, RIGHT_PAREN -> true;
              default -> throw error("range can only initialize variables");
            };
      } else {
        next = start;
      }
    }
    List<Node.Command> commands = new ArrayList<>();
    while (true) {
      Token token = nextNonSpace();
      if (token.type() == end) {
        break;
      }
      switch (token.type()) {
        case BOOL,
            CHARACTER_CONSTANT,
            COMPLEX,
            DOT,
            FIELD,
            IDENTIFIER,
            NUMBER,
            NIL,
            RAW_STRING,
            STRING,
            VARIABLE,
            LEFT_PAREN -> {
          next--;
          commands.add(command());
        }
        default -> throw unexpected(token, context);
      }
    }
    if (commands.isEmpty()) {
      throw error("missing value for " + context);
    }
    for (int i = 1; i < commands.size(); i++) {
      switch (commands.get(i).operands().getFirst()) {
        case Node.Bool _, Node.Dot _, Node.Nil _, Node.Numeral _, Node.Str _ ->
            throw error("non executable command in pipeline stage " + (i + 1));
        case Operand _ -> {}
      }
    }
    depth--;
    return new Pipe(at, assigns, declared, commands);
  }

  private void declare(List<Variable> declared, Token token) {
    declared.add(new Variable(token.at(), List.of(token.value())));
    variables.add(token.value());
  }

  private Node.Command command() {
    int at = peekNonSpace().at();
    List<Operand> operands = new ArrayList<>();
    while (true) {
      peekNonSpace();
      Operand operand = operand();
      if (operand != null) {
        operands.add(operand);
      }
      Token token = next();
      if (token.type() == TokenType.SPACE) {
        continue;
      }
      if (token.type() == TokenType.RIGHT_DELIMITER || token.type() == TokenType.RIGHT_PAREN) {
        next--;
      } else if (token.type() != TokenType.PIPE) {
        throw unexpected(token, "operand");
      }
      break;
    }
    if (operands.isEmpty()) {
      throw error("empty command");
    }
    return new Node.Command(at, operands);
  }

  private @Nullable Operand operand() {
    Operand term = term();
    if (term == null || peek().type() != TokenType.FIELD) {
      return term;
    }
    int at = peek().at();
    List<String> fields = new ArrayList<>();
    while (peek().type() == TokenType.FIELD) {
      fields.add(next().value().substring(1));
    }
    return switch (term) {
      case Node.Field field -> new Node.Field(at, joined(field.path(), fields));
      case Variable variable -> new Variable(at, joined(variable.path(), fields));
      case Node.Bool _, Node.Str _, Node.Numeral _, Node.Nil _, Node.Dot _ ->
          throw error("unexpected . after term " + Bytes.quote(term.toString()));
      case Node.Identifier _, Node.Chain _, Pipe _ -> new Node.Chain(at, term, fields);
    };
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private @Nullable Operand term() {
    Token token = nextNonSpace();
    int at = token.at();
    return switch (token.type()) {
      case IDENTIFIER -> {
        if (!functions.contains(token.value())) {
          throw error("function " + Bytes.quote(token.value()) + " not defined");
        }
        yield new Node.Identifier(at, token.value());
      }
      case DOT -> new Node.Dot(at);
      case NIL -> new Node.Nil(at);
      case VARIABLE -> {
        if (!variables.contains(token.value())) {
          throw error("undefined variable " + Bytes.quote(token.value()));
        }
        yield new Variable(at, List.of(token.value()));
      }
      case FIELD -> new Node.Field(at, Arrays.asList(token.value().substring(1).split("\\.")));
      case BOOL -> new Node.Bool(at, token.value().equals("true"));
      case CHARACTER_CONSTANT ->
          new Node.Numeral(at, token.value(), Literals.character(line(), token.value()));
      case NUMBER -> new Node.Numeral(at, token.value(), Literals.number(line(), token.value()));
      case COMPLEX -> throw Fault.unsupported(line(), "complex numbers: " + token.value());
      case LEFT_PAREN -> pipeline("parenthesized pipeline", TokenType.RIGHT_PAREN);
      case STRING, RAW_STRING ->
          new Node.Str(at, token.value(), Literals.string(line(), token.value()));
      default -> {
        next--;
        yield null;
      }
    };
  }
}
