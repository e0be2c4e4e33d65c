package dev.computepool.publish.gotemplate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.publish.gotemplate.GoTemplateException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Templates that are no good: whatever they are, they end with a text or an error of ours.
class HostileTemplatesTest {
  private static final GoLimits LIMITS = new GoLimits(20_000, 1 << 16, 100, Duration.ofSeconds(20));

  /// Pieces that change what stands around them.
  private static final List<String> PIECES =
      List.of(
          "{{",
          "}}",
          "{{-",
          "-}}",
          "{{ end }}",
          "{{ else }}",
          "{{ range 3 }}",
          "{{ if . }}",
          "{{ with $ }}",
          "{{ define \"a\" }}",
          "{{ template \"a\" . }}",
          "{{ block \"b\" . }}",
          "{{ break }}",
          "{{ $x := . }}",
          "{{ $x = $x }}",
          "(",
          ")",
          "|",
          "\"",
          "`",
          "'",
          "\\",
          "$",
          ".",
          " nil ",
          " index ",
          " slice ",
          " printf \"%v %5.2f %q %x %T %*d\" ",
          " 1e9 ",
          " -0x7f ",
          " 9223372036854775807 ",
          " 'x' ",
          "\u0000",
          "\uFFFD",
          "\uD83D\uDE00",
          "/*",
          "*/",
          ":=",
          ",",
          "{{ json . }}",
          "{{ len . }}",
          "{{ eq . . }}",
          "{{ .Messages }}");

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = HostileTemplatesTest.class.getResourceAsStream(name)) {
      return new JsonMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static String changed(String template, Random random) {
    StringBuilder text = new StringBuilder(template);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
        case 2 -> text.setLength(at);
        default -> {
          int end = Math.min(text.length(), at + random.nextInt(60));
          text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
        }
      }
    }
    return text.toString();
  }

  @Test
  void changedTemplatesGiveATextOrAnErrorOfOurs() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    resource("language.json").path("cases").forEach(cases::add);
    resource("conversations.json").forEach(cases::add);
    JsonNode data = resource("language.json").path("data");
    ArrayNode none = JsonNodeFactory.instance.arrayNode();
    Random random = new Random(20261121);
    int texts = 0;
    Map<Reason, Integer> errors = new EnumMap<>(Reason.class);
    for (int i = 0; i < 6_000; i++) {
      JsonNode one = cases.get(random.nextInt(cases.size()));
      String template = changed(one.path("template").asText(), random);
      try {
        if (one.path("messages") instanceof ArrayNode messages) {
          ArrayNode tools = one.path("tools") instanceof ArrayNode some ? some : none;
          OllamaTemplate.parse("t", template)
              .within(LIMITS)
              .render(new OllamaInput(messages, tools, true));
        } else {
          GoTemplate.parse("t", template).within(LIMITS).execute(data);
        }
        texts++;
      } catch (GoTemplateException e) {
        errors.merge(e.reason(), 1, Integer::sum);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("not an error of ours: " + template, e);
      }
    }
    assertTrue(texts > 300, "texts: " + texts);
    assertTrue(errors.keySet().size() >= 3, "errors: " + errors);
  }
}
