package dev.computepool.train.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.train.config.Key.Level;
import java.util.List;
import java.util.Map;

/// The JSON Schema of a configuration, by which editors complete and check it while it is written.
///
/// @see <a href="https://json-schema.org/draft-07/schema">JSON Schema, draft 7, which the YAML
///     language server reads</a>
public final class ConfigSchema {
  private static final JsonMapper JSON = new JsonMapper();

  private ConfigSchema() {}

  /// The schema as a file has it.
  public static String text() {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withSeparators(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return JSON.writer(printer).writeValueAsString(tree()) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static ObjectNode tree() {
    ObjectNode root = JSON.createObjectNode();
    root.put("$schema", "http://json-schema.org/draft-07/schema#");
    root.put("title", "A training run of ComputePool");
    section(root, "");
    ObjectNode properties = (ObjectNode) root.get("properties");
    for (Map.Entry<String, String> section : Keys.sections().entrySet()) {
      ObjectNode node = properties.putObject(section.getKey());
      node.put("description", section.getValue());
      section(node, section.getKey());
    }
    ((ArrayNode) root.get("required")).add("input");
    return root;
  }

  private static void section(ObjectNode node, String section) {
    node.put("type", "object");
    ObjectNode properties = node.putObject("properties");
    ArrayNode required = JSON.createArrayNode();
    for (Key<?> key : Keys.all()) {
      if (key.section().equals(section)) {
        key(properties.putObject(key.name()), key);
        if (key.level() == Level.REQUIRED) {
          required.add(key.name());
        }
      }
    }
    if (!required.isEmpty()) {
      node.set("required", required);
    }
  }

  private static <T> void key(ObjectNode node, Key<T> key) {
    node.put("description", key.help() + ConfigText.runtimes(key));
    switch (key.kind()) {
      case Kind.Text _, Kind.FilePath _ -> node.put("type", "string").put("minLength", 1);
      case Kind.Whole whole -> {
        node.put("type", "integer").put("minimum", whole.least());
        if (whole.most() < Integer.MAX_VALUE) {
          node.put("maximum", whole.most());
        }
      }
      case Kind.Real real -> {
        node.put("type", "number");
        node.put(real.open() ? "exclusiveMinimum" : "minimum", real.least());
        node.put(real.below() ? "exclusiveMaximum" : "maximum", real.most());
      }
      case Kind.Flag _ -> node.put("type", "boolean");
      case Kind.Choice<?> choice -> choice.labels().forEach(node.withArray("enum")::add);
      case Kind.Names names -> {
        ArrayNode either = node.putArray("anyOf");
        ObjectNode list = either.addObject().put("type", "array");
        list.putObject("items").put("type", "string");
        if (!names.mayBeEmpty()) {
          list.put("minItems", 1);
        }
        either.addObject().put("type", "string");
      }
      case Kind.Pairs _ -> {
        ObjectNode values = node.put("type", "object").putObject("additionalProperties");
        List.of("string", "number", "boolean").forEach(values.withArray("type")::add);
      }
      case Kind.Settings _ -> node.put("type", "object");
    }
    T preset = key.preset();
    if (preset != null) {
      preset(node, preset, key);
    }
  }

  private static void preset(ObjectNode node, Object preset, Key<?> key) {
    switch (preset) {
      case Integer whole -> node.put("default", whole);
      case Double real -> node.put("default", real);
      case Boolean flag -> node.put("default", flag);
      case List<?> list -> node.set("default", JSON.valueToTree(list));
      case Map<?, ?> map -> node.set("default", JSON.valueToTree(map));
      default -> node.put("default", ConfigText.write(key.kind(), preset));
    }
  }
}
