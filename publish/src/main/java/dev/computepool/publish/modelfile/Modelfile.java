package dev.computepool.publish.modelfile;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.publish.gotemplate.GoPrint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A Modelfile: the commands that make a model of Ollama, in order.
///
/// @param comments lines before the first command, without `#`
/// @see <a href="https://github.com/ollama/ollama/blob/main/docs/modelfile.mdx">Modelfile</a>
public record Modelfile(List<String> comments, List<Command> commands) {
  private static final String QUOTES = "\"\"\"";

  public Modelfile {
    comments = List.copyOf(comments);
    commands = List.copyOf(commands);
  }

  /// One command and what it is given.
  public sealed interface Command {
    /// What the model is made of: a file, `./` before it, or the name of a model.
    record From(String source) implements Command {}

    /// A LoRA adapter, likewise.
    record Adapter(String path) implements Command {}

    /// A smaller model that guesses ahead, likewise.
    record Draft(String path) implements Command {}

    /// A Go template.
    record Template(String text) implements Command {}

    /// What the system says unless a request says it.
    record Instruction(String text) implements Command {}

    /// A parameter; {@link Parameters} knows which there are.
    record Parameter(String name, String value) implements Command {}

    record License(String text) implements Command {}

    /// A message that every conversation begins with.
    ///
    /// @param role `system`, `user` or `assistant`
    record Message(String role, String text) implements Command {}

    /// A renderer that Ollama has built in, in place of a template.
    record Renderer(String name) implements Command {}

    /// A parser of answers that Ollama has built in.
    record Parser(String name) implements Command {}

    /// The version of Ollama that the model needs.
    record Requires(String version) implements Command {}

    /// The word that it begins with.
    default String word() {
      return this instanceof Instruction
          ? "SYSTEM"
          : getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT);
    }

    /// What stands after the word, unquoted; without a role or name.
    default String value() {
      return switch (this) {
        case From(String source) -> source;
        case Adapter(String path) -> path;
        case Draft(String path) -> path;
        case Template(String text) -> text;
        case Instruction(String text) -> text;
        case Parameter(_, String value) -> value;
        case License(String text) -> text;
        case Message(_, String text) -> text;
        case Renderer(String name) -> name;
        case Parser(String name) -> name;
        case Requires(String version) -> version;
      };
    }
  }

  /// Reads the text of a Modelfile as Ollama's parser does.
  ///
  /// @param name as errors name it
  /// @throws FormatException if Ollama would not read it
  public static Modelfile parse(String name, String text) throws FormatException {
    return new ModelfileParser(name, text).parse();
  }

  /// The commands of one kind.
  public <C extends Command> List<C> all(Class<C> kind) {
    return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /// The last command of one kind, which is the one that counts.
  public <C extends Command> Optional<C> last(Class<C> kind) {
    Stream<C> all = commands.stream().filter(kind::isInstance).map(kind::cast);
    return all.reduce((_, later) -> later);
  }

  /// The text of the file; the same commands give the same text.
  ///
  /// @throws FormatException if Ollama would read something else than is meant, naming all that it
  ///     would: it knows no escapes, and drops what Go does not call printable
  public String text() throws FormatException {
    List<Problem> problems = problems();
    if (!problems.isEmpty()) {
      throw new FormatException("Modelfile", problems);
    }
    StringBuilder text = new StringBuilder();
    comments.forEach(comment -> text.append(comment.isEmpty() ? "#" : "# " + comment).append('\n'));
    for (Command command : commands) {
      text.append(command.word()).append(' ');
      switch (command) {
        case Command.Parameter(String name, String value) ->
            text.append(name).append(' ').append(Parameters.isText(name) ? quoted(value) : value);
        case Command.Message(String role, String said) ->
            text.append(role).append(' ').append(QUOTES).append(said).append(QUOTES);
        case Command.Template _, Command.Instruction _, Command.License _ ->
            text.append(QUOTES).append(command.value()).append(QUOTES);
        case Command.From _,
            Command.Adapter _,
            Command.Draft _,
            Command.Renderer _,
            Command.Parser _,
            Command.Requires _ ->
            text.append(command.value());
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String quoted(String value) {
    boolean plain = value.indexOf('"') < 0 && value.indexOf('\n') < 0;
    String quotes = plain ? "\"" : QUOTES;
    return quotes + value + quotes;
  }

  /// What Ollama would read otherwise than it is meant.
  private List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (all(Command.From.class).isEmpty()) {
      problems.add(new Problem("", "no FROM"));
    }
    for (String comment : comments) {
      if (comment.indexOf('\n') >= 0 || comment.indexOf('\r') >= 0) {
        problems.add(new Problem("comment", "has more than one line"));
      }
    }
    for (Command command : commands) {
      String word = command.word();
      String value = command.value();
      dropped(value)
          .ifPresent(
              code ->
                  problems.add(
                      new Problem(word, "has U+%04X, which Ollama drops".formatted(code))));
      if (endsEarly(value)) {
        problems.add(
            new Problem(word, "has a line that ends with \"\"\", where Ollama ends the text"));
      }
      switch (command) {
        case Command.From _,
            Command.Adapter _,
            Command.Draft _,
            Command.Renderer _,
            Command.Parser _,
            Command.Requires _ -> {
          if (!value.strip().equals(value)
              || value.isEmpty()
              || value.matches("(?s)\".*|.*[\r\n].*")) {
            problems.add(new Problem(word, "'" + value + "' cannot be written on one line"));
          }
        }
        case Command.Parameter(String name, String given) ->
            Parameters.problem(name, given)
                .ifPresent(what -> problems.add(new Problem(word + " " + name, what)));
        case Command.Message(String role, _) -> {
          if (!ModelfileParser.ROLES.contains(role)) {
            problems.add(new Problem(word, "'" + role + "' is no role"));
          }
        }
        case Command.Template _, Command.Instruction _, Command.License _ -> {}
      }
    }
    return problems;
  }

  private static Optional<Integer> dropped(String value) {
    return value.codePoints().filter(code -> !isKept(code)).boxed().findFirst();
  }

  /// Whether Ollama's parser keeps a character of a value.
  static boolean isKept(int code) {
    // White space of one byte is kept within quotes because it is looked at before the rest.
    return code == '\n' || code == '\r' || code == '\t' || GoPrint.isPrintable(code);
  }

  /// Whether a line but the last ends with the quotes that end the text.
  private static boolean endsEarly(String value) {
    String[] lines = value.split("[\r\n]", -1);
    for (int i = 0; i < lines.length - 1; i++) {
      if (lines[i].strip().endsWith(QUOTES)) {
        return true;
      }
    }
    return false;
  }
}
