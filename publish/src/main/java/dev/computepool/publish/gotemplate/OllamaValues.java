package dev.computepool.publish.gotemplate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.publish.gotemplate.GoValue.Display;
import dev.computepool.publish.gotemplate.GoValue.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Messages and tools as the types that Ollama gives its templates.
///
/// Which fields there are, how they are called in JSON, and what has a text of its own, is that of
/// Ollama's `template` and `api` packages.
final class OllamaValues {
  private static final GoValue NONE = new GoValue.Any(new GoValue.Nil());

  private OllamaValues() {}

  private static GoValue text(JsonNode node) {
    return GoValue.Text.of(node.asText(""));
  }

  private static Field field(String name, String json, GoValue value) {
    return new Field(name, json, false, value);
  }

  private static Field optional(String name, String json, GoValue value) {
    return new Field(name, json, true, value);
  }

  private static GoValue any(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? NONE : new GoValue.Any(GoJson.value(node));
  }

  /// A message whose content is perhaps that of several.
  static GoValue message(JsonNode message, String content) {
    List<GoValue> calls = new ArrayList<>();
    message.path("tool_calls").forEach(call -> calls.add(call(call)));
    String type = "[]template.templateToolCall";
    return new GoValue.Struct(
        "template.templateMessage",
        List.of(
            field("Role", "Role", text(message.path("role"))),
            field("Content", "Content", GoValue.Text.of(content)),
            field("Thinking", "Thinking", text(message.path("thinking"))),
            field("Images", "Images", GoValue.Slice.none("[]api.ImageData")),
            field(
                "ToolCalls",
                "ToolCalls",
                calls.isEmpty() ? GoValue.Slice.none(type) : GoValue.Slice.of(type, calls)),
            field("ToolName", "ToolName", text(message.path("tool_name"))),
            field("ToolCallID", "ToolCallID", text(message.path("tool_call_id")))),
        true);
  }

  private static GoValue call(JsonNode call) {
    JsonNode function = call.path("function");
    JsonNode arguments = function.path("arguments");
    SortedMap<GoValue.Text, GoValue> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
      values.put(GoValue.Text.of(argument.getKey()), any(argument.getValue()));
    }
    GoValue made =
        new GoValue.Dict(
            "template.templateArgs", values, NONE, !arguments.isObject(), Display.JSON);
    return new GoValue.Struct(
        "template.templateToolCall",
        List.of(
            field("ID", "ID", text(call.path("id"))),
            field(
                "Function",
                "Function",
                new GoValue.Struct(
                    "template.templateToolCallFunction",
                    List.of(
                        field("Index", "Index", new GoValue.Int(function.path("index").asInt(0))),
                        field("Name", "Name", text(function.path("name"))),
                        field("Arguments", "Arguments", made)),
                    false))),
        false);
  }

  static GoValue tools(JsonNode tools) {
    List<GoValue> made = new ArrayList<>();
    tools.forEach(tool -> made.add(tool(tool)));
    return new GoValue.Slice("template.templateTools", made, tools.isEmpty(), Display.JSON);
  }

  private static GoValue tool(JsonNode tool) {
    JsonNode function = tool.path("function");
    return new GoValue.Struct(
        "template.templateTool",
        List.of(
            field("Type", "type", text(tool.path("type"))),
            optional("Items", "items", any(tool.path("items"))),
            field(
                "Function",
                "function",
                new GoValue.Struct(
                    "template.templateToolFunction",
                    List.of(
                        field("Name", "name", text(function.path("name"))),
                        field("Description", "description", text(function.path("description"))),
                        field("Parameters", "parameters", parameters(function.path("parameters")))),
                    false))),
        false);
  }

  private static GoValue parameters(JsonNode parameters) {
    List<GoValue> required = new ArrayList<>();
    parameters.path("required").forEach(name -> required.add(text(name)));
    SortedMap<GoValue.Text, GoValue> properties = new TreeMap<>();
    for (Map.Entry<String, JsonNode> property : parameters.path("properties").properties()) {
      properties.put(GoValue.Text.of(property.getKey()), property(property.getValue()));
    }
    return new GoValue.Struct(
        "template.templateToolFunctionParameters",
        List.of(
            field("Type", "type", text(parameters.path("type"))),
            optional("Defs", "$defs", any(parameters.path("$defs"))),
            optional("Items", "items", any(parameters.path("items"))),
            optional("Required", "required", texts("[]string", required, Display.PLAIN)),
            field(
                "Properties",
                "properties",
                new GoValue.Dict(
                    "template.templateProperties",
                    properties,
                    new GoValue.Struct("api.ToolProperty", List.of(), false),
                    !parameters.path("properties").isObject(),
                    Display.JSON))),
        false);
  }

  private static GoValue texts(String type, List<GoValue> items, Display display) {
    return new GoValue.Slice(type, items, items.isEmpty(), display);
  }

  private static GoValue property(JsonNode property) {
    List<GoValue> types = new ArrayList<>();
    JsonNode type = property.path("type");
    if (type.isTextual()) {
      types.add(text(type));
    } else {
      type.forEach(one -> types.add(text(one)));
    }
    List<GoValue> values = new ArrayList<>();
    property.path("enum").forEach(value -> values.add(any(value)));
    return new GoValue.Struct(
        "api.ToolProperty",
        List.of(
            optional("Type", "type", texts("api.PropertyType", types, Display.WORD)),
            optional("Items", "items", any(property.path("items"))),
            optional("Description", "description", text(property.path("description"))),
            optional("Enum", "enum", texts("[]interface {}", values, Display.PLAIN))),
        false);
  }
}
