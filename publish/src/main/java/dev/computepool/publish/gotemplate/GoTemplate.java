package dev.computepool.publish.gotemplate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.publish.gotemplate.Node.Item;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A Go template that was read, and can be executed any number of times, also at once.
///
/// It knows all of `text/template` but complex numbers and the functions `call`, `js` and
/// `urlquery`, and is judged by Go 1.19; of what came later it has `else with` and loops over a
/// number, which the Go of today's Ollama has.
public final class GoTemplate {
  private final String name;
  private final String bytes;
  private final Map<String, List<Item>> trees;
  private final GoLimits limits;

  private GoTemplate(String name, String bytes, Map<String, List<Item>> trees, GoLimits limits) {
    this.name = name;
    this.bytes = bytes;
    this.trees = trees;
    this.limits = limits;
  }

  /// Reads a template.
  ///
  /// @param name as errors name it
  /// @throws GoTemplateException if it breaks the rules of the language
  public static GoTemplate parse(String name, String source) throws GoTemplateException {
    return parse(name, source, Builtins.ALL.keySet());
  }

  static GoTemplate parse(String name, String source, Set<String> functions)
      throws GoTemplateException {
    String bytes = Bytes.of(source);
    try {
      return new GoTemplate(name, bytes, Parser.parse(name, bytes, functions), GoLimits.DEFAULT);
    } catch (Fault fault) {
      throw new GoTemplateException(name, fault);
    }
  }

  /// The same template with other limits.
  public GoTemplate within(GoLimits other) {
    return new GoTemplate(name, bytes, trees, other);
  }

  /// The text that it makes of a JSON document, as a Go program has it that reads the document
  /// without saying of which type it is.
  ///
  /// @throws GoTemplateException if it fails, or exceeds a limit
  public String execute(JsonNode data) throws GoTemplateException {
    return execute(root(), GoJson.value(data), Builtins.ALL);
  }

  String execute(List<Item> root, GoValue data, Map<String, GoFunction> functions)
      throws GoTemplateException {
    try {
      Execution execution = new Execution(this, functions, new Budget(limits));
      return Bytes.decode(execution.run(root, data));
    } catch (Fault fault) {
      throw new GoTemplateException(name, fault);
    }
  }

  String name() {
    return name;
  }

  List<Item> root() {
    return trees.getOrDefault(name, List.of());
  }

  Map<String, List<Item>> trees() {
    return trees;
  }

  /// The tree of a template that this one defines, or of itself.
  @Nullable List<Item> defined(String called) {
    return trees.get(called);
  }

  /// The same template with another tree of its own, and none that it defines.
  GoTemplate alone(List<Item> root) {
    Map<String, List<Item>> one = new HashMap<>();
    one.put(name, root);
    return new GoTemplate(name, bytes, one, limits);
  }

  /// The line of a place, from 1.
  int line(int at) {
    int line = 1;
    for (int i = 0; i < at; i++) {
      if (bytes.charAt(i) == '\n') {
        line++;
      }
    }
    return line;
  }

  /// The column of a place in bytes, from 0.
  int column(int at) {
    return at - (bytes.lastIndexOf('\n', at - 1) + 1);
  }
}
