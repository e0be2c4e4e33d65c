package dev.computepool.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Calls of tools as ShareGPT's turns of `function_call` say them, `{"name": …, "arguments": {…}}`
/// or a list of such, and as `tool_calls` of a message, which is what chat templates know.
///
/// @see <a href="https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md">Turns of
///     function_call in LLaMA-Factory</a>
final class FunctionCalls {
  /// Who says them.
  static final String LABEL = "function_call";

  static final String FIELD = "tool_calls";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private FunctionCalls() {}

  /// The words of a turn as the JSON of `tool_calls`; empty if they are something else.
  static Optional<String> fields(String words) {
    JsonNode tree = tree(words);
    JsonNode list = tree != null && tree.isObject() ? JSON.createArrayNode().add(tree) : tree;
    if (list == null || !list.isArray() || list.isEmpty()) {
      return Optional.empty();
    }
    ArrayNode calls = JSON.createArrayNode();
    for (JsonNode call : list) {
      if (!call.isObject() || !call.path("name").isTextual() || !call.has("arguments")) {
        return Optional.empty();
      }
      calls.addObject().put("type", "function").set("function", call);
    }
    return Optional.of(calls.toString());
  }

  /// The JSON of `tool_calls` as the words of a turn; empty if these could not say all of it.
  static Optional<String> words(String fields) {
    JsonNode list = tree(fields);
    if (list == null || !list.isArray() || list.isEmpty()) {
      return Optional.empty();
    }
    ArrayNode calls = JSON.createArrayNode();
    for (JsonNode call : list) {
      JsonNode function = call.path("function");
      boolean plain =
          names(call).equals(Set.of("type", "function"))
              && call.path("type").asText().equals("function")
              && function.path("name").isTextual()
              && function.path("arguments").isObject();
      if (!plain) {
        return Optional.empty();
      }
      calls.add(function);
    }
    return Optional.of((calls.size() == 1 ? calls.get(0) : calls).toString());
  }

  private static Set<String> names(JsonNode object) {
    return object instanceof ObjectNode node
        ? Set.copyOf(node.properties().stream().map(Map.Entry::getKey).toList())
        : Set.of();
  }

  private static @Nullable JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null; // which is then told as what it is not
    }
  }
}
