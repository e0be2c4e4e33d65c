package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.publish.modelfile.Chat.Call;
import dev.computepool.publish.modelfile.Chat.Turn;
import java.util.ArrayList;
import java.util.List;

/// Conversations with tools that templates are tried with.
final class ToolChats {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final ObjectNode WEATHER =
      json(
          """
          {"type": "function", "function": {"name": "get_weather",
           "description": "The weather of a place: <b>°C</b> & wind.",
           "parameters": {"type": "object", "properties": {
             "place": {"type": "string", "description": "Where."},
             "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
             "days": {"type": "integer"}}, "required": ["place"]}}}
          """);
  private static final ObjectNode SEARCH =
      json(
          """
          {"type": "function", "function": {"name": "search", "description": "日本語 – texts",
           "parameters": {"type": "object", "properties": {
             "words": {"type": "array", "items": {"type": "string"}, "description": "What for."},
             "before": {"type": ["string", "null"]}}, "required": ["words", "before"]}}}
          """);

  /// One tool, and two.
  static final List<ArrayNode> TOOLS = List.of(tools(WEATHER), tools(SEARCH, WEATHER));

  private static final Call ASK =
      new Call("a1B2c3D4e", "get_weather", json("{\"place\": \"Zürich\", \"days\": 3}"));
  private static final Call LOOK =
      new Call(
          "Zz9Yy8Xx7",
          "search",
          json(
              "{\"words\": [\"a\", \"<b> & \\\"c\\\"\"], \"before\": null, \"far\": {\"x\":"
                  + " 1.5}}"));

  private ToolChats() {}

  private static ObjectNode json(String text) {
    try {
      JsonNode read = MAPPER.readTree(text);
      return (ObjectNode) read;
    } catch (JsonProcessingException e) {
      throw new AssertionError("constant", e);
    }
  }

  private static ArrayNode tools(ObjectNode... tools) {
    return JsonNodeFactory.instance.arrayNode().addAll(List.of(tools));
  }

  private static Turn user(String content) {
    return new Turn(Chat.USER, content);
  }

  private static Turn answer(String content) {
    return new Turn(Chat.ASSISTANT, content);
  }

  /// Conversations of the usual kind.
  ///
  /// @param system whether some of them begin with what the system says
  static List<Chat> usual(boolean system) {
    Turn question = user("What is the weather in Zürich?\nBriefly.");
    Turn sunny = Turn.result(ASK, "22 °C, \"sunny\"");
    Turn found = Turn.result(LOOK, "{\"found\": [1, 2], \"of\": \"<b>\"}");
    List<List<Turn>> made = new ArrayList<>();
    made.add(List.of(question));
    made.add(List.of(question, answer("Sunny."), user("And in Bern?")));
    made.add(List.of(question, Turn.calling("", ASK), sunny));
    made.add(List.of(question, Turn.calling("", LOOK), found, answer("Two."), user("Which?")));
    made.add(List.of(question, answer("Hm."), user("Well?"), Turn.calling("", ASK), sunny));
    made.add(
        List.of(
            question,
            Turn.calling("", LOOK),
            found,
            Turn.calling("", ASK),
            sunny,
            answer("Sunny, and two."),
            user("Thanks. And now?"),
            Turn.calling("", ASK),
            sunny));
    made.add(List.of(question, Turn.calling("I will ask.", ASK), sunny));
    List<Chat> chats = new ArrayList<>();
    for (List<Turn> turns : made) {
      chats.add(new Chat(turns));
      if (system) {
        List<Turn> told = new ArrayList<>(List.of(new Turn(Chat.SYSTEM, "Be brief.\nVery.")));
        told.addAll(turns);
        chats.add(new Chat(told));
      }
    }
    return chats;
  }

  /// A call, and what the tool answers.
  static Chat oneCall() {
    return Chat.of(user("Is it warm?"), Turn.calling("", ASK), Turn.result(ASK, "22 °C"));
  }

  /// Two calls at once, and what both tools answer.
  static Chat twoCalls() {
    return Chat.of(
        user("Where is it warm?"),
        Turn.calling("", LOOK, ASK),
        Turn.result(LOOK, "Zürich"),
        Turn.result(ASK, "22 °C"),
        answer("In Zürich."),
        user("Sure?"));
  }
}
