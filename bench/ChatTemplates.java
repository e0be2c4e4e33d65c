import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.chat.template.ChatInput;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.Rendering;
import dev.computepool.chat.template.TemplateException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/// Our side of `chat-templates.py`: a job a line on stdin, `{"template", "variables"}`, and its
/// answer a line on stdout, `{"text", "generated"}` or `{"error"}`.
public final class ChatTemplates {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(com.fasterxml.jackson.core.json.JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-03-05T09:04:07Z"), ZoneOffset.UTC);

  public static void main(String[] args) throws IOException {
    BufferedReader jobs =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
      answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
    }
    answers.flush();
  }

  private static ObjectNode answer(JsonNode job) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      ChatInput input = ChatInput.of(JSON.createArrayNode());
      for (Map.Entry<String, JsonNode> variable : job.get("variables").properties()) {
        input = input.with(variable.getKey(), variable.getValue());
      }
      ChatTemplate template = ChatTemplate.parse("template", job.get("template").textValue());
      Rendering rendering = template.at(NOON).render(input);
      answer.put("text", rendering.text());
      ArrayNode generated = answer.putArray("generated");
      rendering
          .generated()
          .forEach(
              range ->
                  generated
                      .addArray()
                      .add(rendering.text().codePointCount(0, range.start()))
                      .add(rendering.text().codePointCount(0, range.end())));
    } catch (TemplateException e) {
      answer.put("error", e.reason() + " " + e.getMessage());
    } catch (RuntimeException e) {
      answer.put("crash", e.toString() + " " + java.util.Arrays.toString(e.getStackTrace()));
    }
    return answer;
  }
}
