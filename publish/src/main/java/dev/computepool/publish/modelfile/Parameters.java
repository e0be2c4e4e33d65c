package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.publish.modelfile.Modelfile.Command.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The parameters that Ollama knows, and their types.
public final class Parameters {
  private enum Kind {
    INTEGER,
    DECIMAL,
    BOOLEAN,
    /// Text, any number of times.
    TEXTS
  }

  private static final Map<String, Kind> KINDS = kinds();

  /// Still read, with a warning, and of no effect.
  private static final Set<String> OUT_OF_USE =
      Set.of(
          "mirostat",
          "mirostat_tau",
          "mirostat_eta",
          "penalize_newline",
          "low_vram",
          "f16_kv",
          "logits_all",
          "vocab_only",
          "use_mlock");

  private Parameters() {}

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new HashMap<>();
    String integers =
        "num_ctx num_batch num_gpu main_gpu num_thread num_keep seed num_predict top_k"
            + " repeat_last_n draft_num_predict";
    String decimals =
        "temperature top_p min_p typical_p repeat_penalty presence_penalty frequency_penalty";
    for (String name : integers.split(" ", -1)) {
      kinds.put(name, Kind.INTEGER);
    }
    for (String name : decimals.split(" ", -1)) {
      kinds.put(name, Kind.DECIMAL);
    }
    kinds.put("use_mmap", Kind.BOOLEAN);
    kinds.put("stop", Kind.TEXTS);
    return Map.copyOf(kinds);
  }

  /// Whether a parameter is written in quotes.
  static boolean isText(String name) {
    return KINDS.get(name) == Kind.TEXTS;
  }

  /// What is wrong with a parameter, if anything.
  public static Optional<String> problem(String name, String value) {
    Kind kind = KINDS.get(name);
    if (kind == null) {
      return Optional.of(
          OUT_OF_USE.contains(name)
              ? "has no effect any more"
              : "is no parameter that Ollama knows");
    }
    boolean good =
        switch (kind) {
          case INTEGER -> value.matches("[+-]?[0-9]{1,18}");
          case DECIMAL ->
              value.matches("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
          case BOOLEAN -> value.equals("true") || value.equals("false");
          case TEXTS -> !value.isEmpty();
        };
    return good
        ? Optional.empty()
        : Optional.of(
            switch (kind) {
              case INTEGER -> "'" + value + "' is no integer";
              case DECIMAL -> "'" + value + "' is no number";
              case BOOLEAN -> "'" + value + "' is neither true nor false";
              case TEXTS -> "is empty";
            });
  }

  /// The parameters as the layer `params` of a manifest has them: numbers as numbers, `stop` as a
  /// list; keys in order.
  ///
  /// @throws FormatException naming all that are not as they must be
  public static ObjectNode json(List<Parameter> parameters) throws FormatException {
    List<Problem> problems = new ArrayList<>();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    List<String> names = parameters.stream().map(Parameter::name).distinct().sorted().toList();
    for (String name : names) {
      for (Parameter parameter : parameters) {
        if (parameter.name().equals(name)) {
          problem(name, parameter.value())
              .ifPresentOrElse(
                  what -> problems.add(new Problem("parameter " + name, what)),
                  () -> put(json, name, parameter.value()));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new FormatException("parameters", problems);
    }
    return json;
  }

  private static void put(ObjectNode json, String name, String value) {
    switch (KINDS.getOrDefault(name, Kind.TEXTS)) {
      case INTEGER -> json.put(name, Long.parseLong(value));
      case DECIMAL -> json.put(name, new java.math.BigDecimal(value));
      case BOOLEAN -> json.put(name, value.equals("true"));
      case TEXTS -> json.withArray(name).add(value);
    }
  }
}
