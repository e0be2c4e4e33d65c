package dev.computepool.publish.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// JSON as the Hub speaks it.
final class HubJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private HubJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  static JsonNode parse(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /// A text, or null where there is none.
  static @Nullable String text(JsonNode node, String key) {
    JsonNode value = node.get(key);
    return value == null || !value.isTextual() ? null : value.asText();
  }

  /// A text that must be there.
  ///
  /// @param what the call that was answered
  static String require(String what, JsonNode node, String key) throws HubException {
    String value = text(node, key);
    if (value == null) {
      throw HubException.malformed(what, "the answer has no '%s'".formatted(key));
    }
    return value;
  }

  /// A size that must be there.
  static long size(String what, JsonNode node, String key) throws HubException {
    JsonNode value = node.get(key);
    if (value == null || !value.canConvertToLong() || value.asLong() < 0) {
      throw HubException.malformed(what, "the answer has no '%s'".formatted(key));
    }
    return value.asLong();
  }
}
