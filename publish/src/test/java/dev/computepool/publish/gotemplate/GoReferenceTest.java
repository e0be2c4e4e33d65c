package dev.computepool.publish.gotemplate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.publish.gotemplate.GoTemplateException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Templates whose texts and errors Go made: `go run bench/go-templates.go` is the judge.
class GoReferenceTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = GoReferenceTest.class.getResourceAsStream(name)) {
      return new JsonMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private interface Rendering {
    String text() throws GoTemplateException;
  }

  private static String plain(String source, JsonNode data) throws GoTemplateException {
    Map<String, GoFunction> functions = OllamaTemplate.functions(CLOCK);
    GoTemplate template = GoTemplate.parse("t", source, functions.keySet());
    return template.execute(template.root(), GoJson.value(data), functions);
  }

  /// What Go has, and what we have: the text, or the error's words.
  private static void compare(JsonNode expected, Rendering ours, Map<String, String> differences) {
    String template = expected.path("template").asText();
    String go =
        expected.has("text") ? expected.get("text").asText() : expected.path("error").asText();
    // The judge is a program of its own, so its types are in another package.
    go = go.replace("*main.message", "*template.templateMessage");
    String made;
    try {
      made = ours.text();
    } catch (GoTemplateException e) {
      if (e.reason() == Reason.UNSUPPORTED) {
        made = "unsupported: " + e.getMessage();
      } else {
        made = e.words();
      }
    }
    if (!made.equals(go)) {
      differences.put(
          template + " " + expected.path("messages"),
          "\n  go:   " + go + "\n  ours: " + made + "\n");
    }
  }

  @Test
  void templatesGiveTheTextsAndErrorsOfGo() throws IOException {
    JsonNode language = resource("language.json");
    Map<String, String> differences = new LinkedHashMap<>();
    for (JsonNode one : language.path("cases")) {
      compare(one, () -> plain(one.path("template").asText(), language.path("data")), differences);
    }
    assertEquals(Map.of(), differences);
    assertTrue(language.path("cases").size() > 200);
  }

  @Test
  void conversationsGiveTheTextsAndErrorsOfGo() throws IOException {
    Map<String, String> differences = new LinkedHashMap<>();
    JsonNode cases = resource("conversations.json");
    for (JsonNode one : cases) {
      ArrayNode none = JsonNodeFactory.instance.arrayNode();
      OllamaInput input =
          new OllamaInput(
              one.path("messages") instanceof ArrayNode messages ? messages : none,
              one.path("tools") instanceof ArrayNode tools ? tools : none,
              one.has("think") ? one.get("think").asBoolean() : null);
      compare(
          one,
          () -> OllamaTemplate.parse("", one.path("template").asText()).at(CLOCK).render(input),
          differences);
    }
    assertEquals(Map.of(), differences);
    assertTrue(cases.size() > 100);
  }
}
