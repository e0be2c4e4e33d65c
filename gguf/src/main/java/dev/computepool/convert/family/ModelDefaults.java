package dev.computepool.convert.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/// What a `config.json` that lacks a key means by it.
///
/// Transformers fills such keys with the defaults of the class that `model_type` names, derives
/// some from others, and gathers all about rotary positions in `rope_parameters`; models are
/// published with files that rely on it. The table is `model-defaults.json`, the values those of
/// transformers 5.18.
final class ModelDefaults {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonNode TABLE = table();

  private ModelDefaults() {}

  private static JsonNode table() {
    try (InputStream in = ModelDefaults.class.getResourceAsStream("model-defaults.json")) {
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A copy of a configuration with all defaults in it; an unknown `model_type` adds none.
  static ObjectNode complete(ObjectNode config) {
    ObjectNode whole = config.deepCopy();
    if (whole.get("text_config") instanceof ObjectNode text) {
      if (!text.has("model_type") && whole.path("model_type").asText().equals("gemma3")) {
        text.put("model_type", "gemma3_text");
      }
      whole.setAll(complete(text));
      return whole;
    }
    if (TABLE.get(config.path("model_type").asText()) instanceof ObjectNode row) {
      rename(whole, row);
      for (Map.Entry<String, JsonNode> entry : row.path("values").properties()) {
        if (!whole.has(entry.getKey())) {
          whole.set(entry.getKey(), entry.getValue());
        }
      }
      row.path("derived").forEach(key -> derive(whole, key.asText()));
      windows(whole);
      if (row.has("rope_theta")) {
        ropeParameters(whole, row);
      }
    }
    return whole;
  }

  private static void rename(ObjectNode config, ObjectNode row) {
    for (Map.Entry<String, JsonNode> entry : row.path("renamed").properties()) {
      JsonNode value = config.remove(entry.getKey());
      if (value != null && !config.has(entry.getValue().asText())) {
        config.set(entry.getValue().asText(), value);
      }
    }
  }

  private static void derive(ObjectNode config, String key) {
    if (!config.path(key).isNull() && config.has(key)) {
      return;
    }
    long heads = config.path("num_attention_heads").asLong();
    switch (key) {
      case "num_key_value_heads", "num_kv_heads" ->
          config.set(key, config.get("num_attention_heads"));
      case "head_dim" -> {
        if (heads > 0) {
          config.put(key, config.path("hidden_size").asLong() / heads);
        }
      }
      default -> throw new IllegalStateException("nothing derives " + key);
    }
  }

  private static void windows(ObjectNode config) {
    String type = config.path("model_type").asText();
    boolean optional = type.equals("qwen2") || type.equals("qwen3") || type.equals("qwen3_moe");
    if (optional && !config.path("use_sliding_window").asBoolean()) {
      config.putNull("sliding_window");
    }
  }

  private static void ropeParameters(ObjectNode config, ObjectNode row) {
    JsonNode given = config.get("rope_parameters");
    JsonNode scaling = config.remove("rope_scaling");
    JsonNode theta = config.remove("rope_theta");
    if (theta == null) {
      theta = row.get("rope_theta");
    }
    if (row.has("rope_theta_sliding")) {
      ObjectNode nested = given instanceof ObjectNode object ? object : NODES.objectNode();
      ObjectNode full = child(nested, "full_attention");
      if (scaling instanceof ObjectNode object) {
        full.setAll(object);
      }
      setDefault(full, "rope_theta", theta);
      ObjectNode sliding = child(nested, "sliding_attention");
      JsonNode local = config.remove("rope_local_base_freq");
      setDefault(sliding, "rope_theta", local == null ? row.get("rope_theta_sliding") : local);
      config.set("rope_parameters", nested);
      standardize(config, full, row);
      standardize(config, sliding, row);
      return;
    }
    ObjectNode rope;
    if (scaling instanceof ObjectNode object && !object.isEmpty()) {
      rope = object;
    } else {
      rope = given instanceof ObjectNode object ? object : NODES.objectNode();
    }
    setDefault(rope, "rope_theta", theta);
    JsonNode factor = config.get("partial_rotary_factor");
    if (factor != null && !factor.isNull()) {
      setDefault(rope, "partial_rotary_factor", factor);
    } else if (row.has("rope_factor")) {
      setDefault(rope, "partial_rotary_factor", row.get("rope_factor"));
    }
    config.set("rope_parameters", rope);
    standardize(config, rope, row);
    String type = rope.path("rope_type").asText();
    if (row.has("rope_factor") && (type.equals("su") || type.equals("yarn"))) {
      rope.put("rope_type", "longrope");
    }
  }

  private static void standardize(ObjectNode config, ObjectNode rope, ObjectNode row) {
    setDefault(rope, "rope_type", rope.has("type") ? rope.get("type") : NODES.textNode("default"));
    String type = rope.path("rope_type").asText();
    if (type.equals("llama3") || type.equals("yarn") || type.equals("longrope")) {
      // A key that the class does not know counts only where the rotary parameters are.
      JsonNode original = config.get("original_max_position_embeddings");
      if (original != null && row.path("values").has("original_max_position_embeddings")) {
        rope.set("original_max_position_embeddings", original);
      } else if (config.has("max_position_embeddings")) {
        setDefault(rope, "original_max_position_embeddings", config.get("max_position_embeddings"));
      }
    }
  }

  private static ObjectNode child(ObjectNode parent, String name) {
    if (parent.get(name) instanceof ObjectNode object) {
      return object;
    }
    return parent.putObject(name).put("rope_type", "default");
  }

  private static void setDefault(ObjectNode object, String key, JsonNode value) {
    if (!object.has(key)) {
      object.set(key, value);
    }
  }
}
