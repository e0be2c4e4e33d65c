package dev.computepool.publish.gotemplate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.publish.gotemplate.GoFunction.Parameter;
import dev.computepool.publish.gotemplate.Node.Item;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// A template as Ollama uses it: what it is given, and how often it is executed.
///
/// Messages of one role that follow each other are one, with a blank line between, but for those of
/// tools. A template that mentions `.Messages` is executed once, with `.System` being all that the
/// system says. An older one is executed once a turn, with `.System`, `.Prompt` and `.Response`;
/// the last time only up to where it mentions `.Response`, which is appended if it never does.
public final class OllamaTemplate {
  private static final Clock SYSTEM_CLOCK = Clock.system(ZoneId.systemDefault());
  private static final Set<String> FUNCTIONS = functions(SYSTEM_CLOCK).keySet();

  private final GoTemplate template;
  private final List<Item> root;
  private final Set<String> variables;
  private final Clock clock;

  private OllamaTemplate(GoTemplate template, List<Item> root, Set<String> variables, Clock clock) {
    this.template = template;
    this.root = root;
    this.variables = variables;
    this.clock = clock;
  }

  /// Reads a template.
  ///
  /// @param name as errors name it; Ollama itself names none
  /// @throws GoTemplateException if Ollama would refuse it
  public static OllamaTemplate parse(String name, String source) throws GoTemplateException {
    GoTemplate template = GoTemplate.parse(name, source, FUNCTIONS);
    Set<String> variables = new TreeSet<>();
    try {
      template.trees().values().forEach(tree -> TreeScan.names(tree, variables));
    } catch (Fault fault) {
      throw new GoTemplateException(name, fault);
    }
    List<Item> root = new ArrayList<>(template.root());
    if (!variables.contains("messages") && !variables.contains("response")) {
      Node.Field response = new Node.Field(0, List.of("Response"));
      Node.Command command = new Node.Command(0, List.of(response));
      root.add(new Node.Action(0, new Node.Pipe(0, false, List.of(), List.of(command))));
    }
    return new OllamaTemplate(template, root, variables, SYSTEM_CLOCK);
  }

  /// The same template with another clock for `currentDate` and `yesterdayDate`.
  public OllamaTemplate at(Clock other) {
    return new OllamaTemplate(template, root, variables, other);
  }

  /// The same template with other limits.
  public OllamaTemplate within(GoLimits limits) {
    return new OllamaTemplate(template.within(limits), root, variables, clock);
  }

  /// Whether it is given all messages at once.
  public boolean takesMessages() {
    return variables.contains("messages");
  }

  /// The text that the model is given.
  ///
  /// @throws GoTemplateException if the execution fails, or exceeds a limit
  public String render(OllamaInput input) throws GoTemplateException {
    List<Turn> turns = merged(input);
    return takesMessages() ? whole(input, turns) : turnByTurn(input, turns);
  }

  /// A message, with the content of those after it that were merged into it.
  private record Turn(JsonNode message, String role, String content) {}

  private static List<Turn> merged(OllamaInput input) {
    List<Turn> turns = new ArrayList<>();
    for (JsonNode message : input.messages()) {
      String role = message.path("role").asText("");
      String content = message.path("content").asText("");
      Turn last = turns.isEmpty() ? null : turns.getLast();
      if (last != null && last.role.equals(role) && !role.equals("tool")) {
        turns.set(turns.size() - 1, new Turn(last.message, role, last.content + "\n\n" + content));
      } else {
        turns.add(new Turn(message, role, content));
      }
    }
    return turns;
  }

  private static SortedMap<GoValue.Text, GoValue> common(OllamaInput input) {
    SortedMap<GoValue.Text, GoValue> values = new TreeMap<>();
    Boolean think = input.think();
    put(values, "Think", new GoValue.Bool(think != null && think));
    put(values, "ThinkLevel", GoValue.Text.EMPTY);
    put(values, "IsThinkSet", new GoValue.Bool(think != null));
    return values;
  }

  private static void put(SortedMap<GoValue.Text, GoValue> values, String name, GoValue value) {
    values.put(GoValue.Text.of(name), value);
  }

  private String whole(OllamaInput input, List<Turn> turns) throws GoTemplateException {
    SortedMap<GoValue.Text, GoValue> values = common(input);
    List<String> system = new ArrayList<>();
    for (JsonNode message : input.messages()) {
      if (message.path("role").asText("").equals("system")) {
        system.add(message.path("content").asText(""));
      }
    }
    List<GoValue> messages = new ArrayList<>();
    turns.forEach(turn -> messages.add(OllamaValues.message(turn.message, turn.content)));
    put(values, "System", GoValue.Text.of(String.join("\n\n", system)));
    put(values, "Messages", GoValue.Slice.of("[]*template.templateMessage", messages));
    put(values, "Tools", OllamaValues.tools(input.tools()));
    put(values, "Response", GoValue.Text.EMPTY);
    return template.execute(root, GoValue.Dict.ofAny(values), functions(clock));
  }

  private String turnByTurn(OllamaInput input, List<Turn> turns) throws GoTemplateException {
    StringBuilder text = new StringBuilder();
    Map<String, GoFunction> functions = functions(clock);
    String system = "";
    String prompt = "";
    String response = "";
    for (Turn turn : turns) {
      boolean begun = !prompt.isEmpty() || !response.isEmpty();
      switch (turn.role) {
        case "system" -> {
          if (begun) {
            GoValue values = legacy(input, system, prompt, response);
            text.append(template.execute(root, values, functions));
            prompt = "";
            response = "";
          }
          system = turn.content;
        }
        case "user" -> {
          if (!response.isEmpty()) {
            GoValue values = legacy(input, system, prompt, response);
            text.append(template.execute(root, values, functions));
            system = "";
            response = "";
          }
          prompt = turn.content;
        }
        case "assistant" -> response = turn.content;
        default -> {} // older templates know no tools
      }
    }
    // Ollama makes a new template of the tree that it cut: one without functions of its own and
    // without the templates that the old one defined.
    List<Item> cut = TreeScan.cutAfterResponse(root);
    GoValue values = legacy(input, system, prompt, response);
    return text.append(template.alone(cut).execute(cut, values, Builtins.ALL)).toString();
  }

  private static GoValue legacy(OllamaInput input, String system, String prompt, String response) {
    SortedMap<GoValue.Text, GoValue> values = common(input);
    put(values, "System", GoValue.Text.of(system));
    put(values, "Prompt", GoValue.Text.of(prompt));
    put(values, "Response", GoValue.Text.of(response));
    return GoValue.Dict.ofAny(values);
  }

  /// All functions that a template of Ollama knows.
  static Map<String, GoFunction> functions(Clock clock) {
    Map<String, GoFunction> functions = new HashMap<>(Builtins.ALL);
    functions.put("json", GoFunction.of(List.of(Parameter.ANY), OllamaTemplate::json));
    functions.put("currentDate", date(clock, 0));
    functions.put("yesterdayDate", date(clock, 1));
    functions.put(
        "toTypeScriptType",
        GoFunction.of(
            List.of(Parameter.ANY),
            (_, _) -> {
              throw Fault.unsupported("the function toTypeScriptType");
            }));
    return functions;
  }

  private static GoValue json(List<GoValue> arguments, Budget budget) {
    String made = GoJson.of(arguments.getFirst());
    budget.text(made.length());
    return new GoValue.Text(made);
  }

  /// A date as ISO writes it; Ollama ignores what else it is asked for.
  private static GoFunction date(Clock clock, int daysAgo) {
    return GoFunction.of(
        List.of(),
        Parameter.STRING,
        (_, _) -> GoValue.Text.of(LocalDate.now(clock).minusDays(daysAgo).toString()));
  }
}
