package dev.computepool.chat.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What a template is given, as transformers gives it.
///
/// @param variables values by name; `messages`, `tools`, `documents` and `add_generation_prompt`
///     are always there
public record ChatInput(SequencedMap<String, JsonNode> variables) {
  public ChatInput {
    variables = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(variables));
  }

  /// Messages, and nothing else.
  public static ChatInput of(ArrayNode messages) {
    SequencedMap<String, JsonNode> variables = new LinkedHashMap<>();
    variables.put("messages", messages);
    variables.put("tools", NullNode.instance);
    variables.put("documents", NullNode.instance);
    variables.put("add_generation_prompt", BooleanNode.FALSE);
    return new ChatInput(variables);
  }

  /// The same with one value more, or another.
  public ChatInput with(String name, JsonNode value) {
    SequencedMap<String, JsonNode> more = new LinkedHashMap<>(variables);
    more.put(name, value);
    return new ChatInput(more);
  }

  /// The same with these texts, such as `bos_token`.
  public ChatInput withTexts(Map<String, String> texts) {
    SequencedMap<String, JsonNode> more = new LinkedHashMap<>(variables);
    texts.forEach((name, text) -> more.put(name, JsonNodeFactory.instance.textNode(text)));
    return new ChatInput(more);
  }

  /// The same, ending with what the assistant begins with.
  public ChatInput withGenerationPrompt(boolean wanted) {
    return with("add_generation_prompt", BooleanNode.valueOf(wanted));
  }

  ArrayNode messages() {
    return variables.get("messages") instanceof ArrayNode messages
        ? messages
        : JsonNodeFactory.instance.arrayNode();
  }
}
