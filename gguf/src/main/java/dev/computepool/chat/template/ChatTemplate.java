package dev.computepool.chat.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A chat template that was read, and can render any number of conversations, also at once.
public final class ChatTemplate {
  private final String name;
  private final List<Stmt> statements;
  private final Limits limits;
  private final Clock clock;

  private ChatTemplate(String name, List<Stmt> statements, Limits limits, Clock clock) {
    this.name = name;
    this.statements = statements;
    this.limits = limits;
    this.clock = clock;
  }

  /// Reads a template.
  ///
  /// @param name as errors name it: a file, or where in a file
  /// @throws TemplateException if it breaks the rules of the language
  public static ChatTemplate parse(String name, String source) throws TemplateException {
    try {
      List<Stmt> statements = Parser.parse(source, Filters.names(), Tests.names());
      return new ChatTemplate(
          name, statements, Limits.DEFAULT, Clock.system(ZoneId.systemDefault()));
    } catch (Fault fault) {
      throw exception(name, fault);
    }
  }

  /// The same template with other limits.
  public ChatTemplate within(Limits other) {
    return new ChatTemplate(name, statements, other, clock);
  }

  /// The same template with another clock for `strftime_now`.
  public ChatTemplate at(Clock other) {
    return new ChatTemplate(name, statements, limits, other);
  }

  /// The text of a conversation.
  ///
  /// @throws TemplateException if the template refuses it, cannot cope with it, or exceeds a limit
  public Rendering render(ChatInput input) throws TemplateException {
    Map<String, Value> variables = new HashMap<>();
    for (Map.Entry<String, JsonNode> variable : input.variables().entrySet()) {
      variables.put(variable.getKey(), Json.value(variable.getValue()));
    }
    Turns turns = new Turns(variables.get("messages"));
    Interpreter interpreter = new Interpreter(new RenderContext(new Budget(limits), clock), turns);
    try {
      interpreter.run(statements, variables);
    } catch (Fault fault) {
      throw exception(name, fault);
    }
    return new Rendering(interpreter.text(), interpreter.generated(), turns.written());
  }

  /// The text of a conversation, and which of it is which message.
  ///
  /// Costs two renderings a message more than {@link #render}.
  ///
  /// @throws TemplateException if the template refuses the conversation as a whole
  public ChatText renderTurns(ChatInput input) throws TemplateException {
    return new TurnFinder(this, input).find();
  }

  private static TemplateException exception(String name, Fault fault) {
    Position position = fault.position().orElse(new Position(1, 1));
    return new TemplateException(name, fault.reason(), position, fault.what());
  }
}
