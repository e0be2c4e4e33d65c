package dev.computepool.publish.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.NearestWord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The parameters that a published model brings along, each of the type that Ollama expects: a
/// number that is written as a string keeps a model from being loaded.
public final class Params {
  /// No parameters.
  public static final Params NONE = new Params(new TreeMap<>());

  private static final String STOP = "stop";

  private enum Type {
    INT,
    FLOAT,
    BOOL,
    STRINGS
  }

  private static final Map<String, Type> KNOWN =
      Map.ofEntries(
          Map.entry("num_ctx", Type.INT),
          Map.entry("num_batch", Type.INT),
          Map.entry("num_keep", Type.INT),
          Map.entry("seed", Type.INT),
          Map.entry("num_predict", Type.INT),
          Map.entry("top_k", Type.INT),
          Map.entry("repeat_last_n", Type.INT),
          Map.entry("draft_num_predict", Type.INT),
          Map.entry("temperature", Type.FLOAT),
          Map.entry("top_p", Type.FLOAT),
          Map.entry("min_p", Type.FLOAT),
          Map.entry("typical_p", Type.FLOAT),
          Map.entry("repeat_penalty", Type.FLOAT),
          Map.entry("presence_penalty", Type.FLOAT),
          Map.entry("frequency_penalty", Type.FLOAT),
          Map.entry("use_mmap", Type.BOOL),
          Map.entry(STOP, Type.STRINGS));

  /// What belongs to a machine and not to a model.
  private static final Set<String> OF_MACHINES = Set.of("num_gpu", "main_gpu", "num_thread");

  private static final Set<String> GONE =
      Set.of(
          "mirostat",
          "mirostat_tau",
          "mirostat_eta",
          "penalize_newline",
          "low_vram",
          "f16_kv",
          "logits_all",
          "vocab_only",
          "use_mlock",
          "numa",
          "tfs_z");

  private final SortedMap<String, JsonNode> values;

  private Params(SortedMap<String, JsonNode> values) {
    this.values = values;
  }

  /// Parameters from their names and values.
  ///
  /// @param values a number, a truth value, a string or a list of strings each; numbers and truth
  ///     values may be text, as a Modelfile has them
  /// @throws IllegalArgumentException with all that is wrong with them
  public static Params of(Map<String, ?> values) {
    SortedMap<String, JsonNode> typed = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    new TreeMap<>(values)
        .forEach(
            (name, value) -> {
              Type type = KNOWN.get(name);
              if (type == null) {
                problems.add(unknown(name));
                return;
              }
              try {
                typed.put(name, typed(name, type, value));
              } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
              }
            });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new Params(typed);
  }

  private static String unknown(String name) {
    if (OF_MACHINES.contains(name)) {
      return "parameter '%s' is for one machine and does not belong into a published model"
          .formatted(name);
    }
    if (GONE.contains(name)) {
      return "parameter '%s' is not used by Ollama any more".formatted(name);
    }
    return "unknown parameter '%s'".formatted(name)
        + NearestWord.of(name, KNOWN.keySet()).map("; did you mean '%s'?"::formatted).orElse("");
  }

  private static JsonNode typed(String name, Type type, Object value) {
    return switch (type) {
      case INT -> integer(name, value);
      case FLOAT -> DecimalNode.valueOf(number(name, value));
      case BOOL -> bool(name, value);
      case STRINGS -> strings(name, value);
    };
  }

  private static JsonNode integer(String name, Object value) {
    try {
      return LongNode.valueOf(number(name, value).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "parameter '%s' is %s, expected a whole number".formatted(name, value), e);
    }
  }

  private static BigDecimal number(String name, Object value) {
    try {
      // Through text: of 0.7 as a double the exact value would have 55 digits.
      BigDecimal number = new BigDecimal(String.valueOf(value).strip());
      BigDecimal plain = number.stripTrailingZeros();
      return plain.scale() < 0 ? plain.setScale(0) : plain;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "parameter '%s' is '%s', expected a number".formatted(name, value), e);
    }
  }

  private static JsonNode bool(String name, Object value) {
    return switch (String.valueOf(value).strip()) {
      case "true" -> BooleanNode.TRUE;
      case "false" -> BooleanNode.FALSE;
      default ->
          throw new IllegalArgumentException(
              "parameter '%s' is '%s', expected true or false".formatted(name, value));
    };
  }

  private static JsonNode strings(String name, Object value) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    List<?> list = value instanceof List<?> many ? many : List.of(value);
    for (Object element : list) {
      if (!(element instanceof String text) || text.isEmpty()) {
        throw new IllegalArgumentException(
            "parameter '%s' has '%s', expected text".formatted(name, element));
      }
      array.add(text);
    }
    return array;
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /// As a JSON object, names in the order of the alphabet.
  public ObjectNode json() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    values.forEach(object::set);
    return object;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Params that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return json().toString();
  }
}
