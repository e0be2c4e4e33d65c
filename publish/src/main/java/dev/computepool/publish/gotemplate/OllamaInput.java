package dev.computepool.publish.gotemplate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/// What Ollama is asked to answer.
///
/// @param messages objects with `role` and `content`, and perhaps `thinking`, `tool_calls`,
///     `tool_name` and `tool_call_id`, as its API has them
/// @param tools as its API has them; empty for none
/// @param think what the request says of thinking; nothing if it says nothing
public record OllamaInput(ArrayNode messages, ArrayNode tools, @Nullable Boolean think) {
  /// Messages, and nothing else.
  public static OllamaInput of(ArrayNode messages) {
    return new OllamaInput(messages, JsonNodeFactory.instance.arrayNode(), null);
  }
}
