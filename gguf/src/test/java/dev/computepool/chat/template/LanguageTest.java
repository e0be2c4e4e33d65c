package dev.computepool.chat.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every line of `chat/language.json` against what jinja2 made of it there.
///
/// `bench/chat-templates.py` writes that file, and compares with the real thing.
class LanguageTest {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-05T09:04:07Z"), ZoneOffset.UTC);

  static JsonNode language() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(LanguageTest.class.getResourceAsStream("/chat/language.json"))) {
      return new JsonMapper().readTree(in);
    }
  }

  static ChatInput input(JsonNode variables) {
    ChatInput input = ChatInput.of((ArrayNode) variables.get("messages"));
    for (Map.Entry<String, JsonNode> variable : variables.properties()) {
      input = input.with(variable.getKey(), variable.getValue());
    }
    // The file was made without these.
    return input.with("tools", JsonNodeFactory.instance.nullNode());
  }

  @TestFactory
  List<DynamicTest> rendersAsPythonDoes() throws IOException {
    JsonNode language = language();
    ChatInput input = input(language.get("variables"));
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode line : language.get("cases")) {
      String template = line.get("template").textValue();
      tests.add(
          DynamicTest.dynamicTest(
              line.get("template").toString(),
              () -> {
                if (line.has("text")) {
                  assertEquals(line.get("text").textValue(), render(template, input));
                } else {
                  assertThrows(TemplateException.class, () -> render(template, input));
                }
              }));
    }
    return tests;
  }

  private static String render(String template, ChatInput input) throws TemplateException {
    return ChatTemplate.parse("test", template).at(CLOCK).render(input).text();
  }
}
