package dev.computepool.publish.modelfile;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.publish.modelfile.Modelfile.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads Modelfiles character by character, as Ollama's parser does.
///
/// A value ends at the first end of a line at which what was read of it, trimmed, is no open quote;
/// so an empty value goes on in the next line, and quotes at the end of a line end a quoted one.
final class ModelfileParser {
  static final Set<String> ROLES = Set.of("system", "user", "assistant");

  private final String name;
  private final String text;
  private final List<String> comments = new ArrayList<>();
  private final List<Command> commands = new ArrayList<>();
  private int line = 1;

  /// What is being read.
  private enum State {
    NOTHING,
    COMMENT,
    WORD,
    PARAMETER,
    ROLE,
    VALUE
  }

  ModelfileParser(String name, String text) {
    this.name = name;
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  Modelfile parse() throws FormatException {
    State state = State.NOTHING;
    StringBuilder read = new StringBuilder();
    String word = "";
    String second = "";
    for (int at = 0; at < text.length(); ) {
      int code = text.codePointAt(at);
      at += Character.charCount(code);
      boolean newline = code == '\n' || code == '\r';
      boolean space = code == ' ' || code == '\t';
      switch (state) {
        case NOTHING -> {
          if (code == '#') {
            state = State.COMMENT;
          } else if (!space && !newline) {
            state = State.WORD;
            read.appendCodePoint(code);
          }
        }
        case COMMENT -> {
          if (newline) {
            comment(read);
            state = State.NOTHING;
          } else {
            read.appendCodePoint(code);
          }
        }
        case WORD -> {
          if (space) {
            word = read.toString().toLowerCase(Locale.ROOT);
            requireCommand(word);
            state =
                word.equals("parameter")
                    ? State.PARAMETER
                    : word.equals("message") ? State.ROLE : State.VALUE;
            read.setLength(0);
          } else if (isLetter(code)) {
            read.appendCodePoint(code);
          } else {
            throw broken("'" + read.appendCodePoint(code).toString().strip() + "' is no command");
          }
        }
        case PARAMETER, ROLE -> {
          if (space) {
            second = read.toString();
            if (state == State.ROLE && !ROLES.contains(second)) {
              throw broken("'" + second + "' is no role; roles are system, user and assistant");
            }
            state = State.VALUE;
            read.setLength(0);
          } else if (isLetter(code)
              || (state == State.PARAMETER && (code == '_' || (code >= '0' && code <= '9')))) {
            read.appendCodePoint(code);
          } else {
            throw broken(
                "%s '%s' has no value"
                    .formatted(word, read.appendCodePoint(code).toString().strip()));
          }
        }
        case VALUE -> {
          Optional<String> value = newline ? unquoted(read.toString()) : Optional.empty();
          if (value.isPresent()) {
            add(word, second, value.get());
            state = State.NOTHING;
            read.setLength(0);
          } else if (newline || space || Modelfile.isKept(code)) {
            read.appendCodePoint(code);
          }
        }
      }
      line += code == '\n' ? 1 : 0;
    }
    switch (state) {
      case NOTHING -> {}
      case COMMENT -> comment(read);
      case VALUE ->
          add(
              word,
              second,
              unquoted(read.toString())
                  .orElseThrow(() -> broken("the last value is not closed, or empty")));
      case WORD, PARAMETER, ROLE -> throw broken("the last command has no value");
    }
    Modelfile made = new Modelfile(comments, commands);
    if (made.all(Command.From.class).isEmpty()) {
      throw new FormatException(name, new Problem("", "no FROM"));
    }
    return made;
  }

  private void comment(StringBuilder read) {
    comments.add(read.toString().strip());
    read.setLength(0);
  }

  private static boolean isLetter(int code) {
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  }

  private FormatException broken(String what) {
    return new FormatException(name, new Problem("line " + line, what));
  }

  private void requireCommand(String word) throws FormatException {
    switch (word) {
      case "from",
          "license",
          "template",
          "system",
          "adapter",
          "draft",
          "renderer",
          "parser",
          "parameter",
          "message",
          "requires" -> {}
      default -> throw broken("'" + word + "' is no command");
    }
  }

  /// The value that quotes hold, or the value itself; nothing while quotes are open.
  private static Optional<String> unquoted(String read) {
    String value = read.strip();
    if (value.isEmpty()) {
      return Optional.empty();
    }
    int quotes = value.startsWith("\"\"\"") ? 3 : value.startsWith("\"") ? 1 : 0;
    if (quotes == 0) {
      return Optional.of(value);
    }
    boolean closed = value.length() >= 2 * quotes && value.endsWith("\"".repeat(quotes));
    return closed
        ? Optional.of(value.substring(quotes, value.length() - quotes))
        : Optional.empty();
  }

  private void add(String word, String second, String value) {
    commands.add(
        switch (word) {
          case "from" -> new Command.From(value);
          case "license" -> new Command.License(value);
          case "template" -> new Command.Template(value);
          case "system" -> new Command.Instruction(value);
          case "adapter" -> new Command.Adapter(value);
          case "draft" -> new Command.Draft(value);
          case "renderer" -> new Command.Renderer(value);
          case "parser" -> new Command.Parser(value);
          case "requires" -> new Command.Requires(value);
          case "message" -> new Command.Message(second, value);
          default -> new Command.Parameter(second, value);
        });
  }
}
