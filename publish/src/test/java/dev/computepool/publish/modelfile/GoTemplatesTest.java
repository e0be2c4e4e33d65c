package dev.computepool.publish.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.publish.gotemplate.GoTemplateException;
import dev.computepool.publish.gotemplate.OllamaInput;
import dev.computepool.publish.gotemplate.OllamaTemplate;
import dev.computepool.publish.modelfile.TemplateDecision.Difference;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import dev.computepool.publish.modelfile.TemplateDecision.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoTemplatesTest {
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  /// A template whose turns begin with their roles, with whatever stands before and after.
  private static String chatml(String before) {
    return before
        + "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor"
        + " %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
  }

  private static TemplateDecision decide(String source) {
    return GoTemplates.of("t.jinja", source, TOKENS, true);
  }

  private static Proven proven(String source) {
    return assertInstanceOf(Proven.class, decide(source), () -> decide(source).toString());
  }

  private static String render(String template, String... rolesAndContents)
      throws GoTemplateException {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      messages.addObject().put("role", rolesAndContents[i]).put("content", rolesAndContents[i + 1]);
    }
    return OllamaTemplate.parse("t", template).render(OllamaInput.of(messages));
  }

  @Test
  void turnsOfOneKindBecomeOneLoop() throws GoTemplateException {
    Proven proven = proven(chatml("{{ bos_token }}"));
    assertEquals(
        """
        {{- range $i, $m := .Messages }}
        {{- $final := eq (len (slice $.Messages $i)) 1 }}
        {{- if eq $m.Role "user" }}<|im_start|>user
        {{ $m.Content }}<|im_end|>
        {{ if $final }}<|im_start|>assistant
        {{ end }}
        {{- else if eq $m.Role "assistant" }}<|im_start|>assistant
        {{ $m.Content }}{{ if not $final }}<|im_end|>
        {{ end }}
        {{- else if eq $m.Role "system" }}<|im_start|>system
        {{ $m.Content }}<|im_end|>
        {{ end }}
        {{- end }}\
        """,
        proven.template());
    assertEquals(Set.of(), proven.proof().differences());
    assertEquals("<|im_end|>\n", proven.answerEnd());
    assertEquals(
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nSure, ",
        render(proven.template(), "user", "Hi", "assistant", "Sure, "));
  }

  @Test
  void aDefaultOfTheSystemIsItsOwn() throws GoTemplateException {
    Proven proven =
        proven(
            chatml(
                "{% if messages[0].role != 'system' %}<|im_start|>system\nYou are X.<|im_end|>\n{%"
                    + " endif %}"));
    assertEquals(Set.of(), proven.proof().differences());
    assertEquals(
        """
        <|im_start|>system
        You are X.<|im_end|>
        <|im_start|>user
        Hi<|im_end|>
        <|im_start|>assistant
        """,
        render(proven.template(), "user", "Hi"));
    assertEquals(
        "<|im_start|>system\n<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        render(proven.template(), "system", "", "user", "Hi"));
  }

  @Test
  void aSystemWithinAQuestionStaysThere() throws GoTemplateException {
    // As Llama 2 has it.
    Proven proven =
        proven(
            "{% if messages[0].role == 'system' %}{% set s = messages[0].content %}{% set ms ="
                + " messages[1:] %}{% else %}{% set s = '' %}{% set ms = messages %}{% endif %}{%"
                + " for m in ms %}{% if m.role == 'user' %}{{ bos_token }}[INST] {% if loop.first"
                + " and s %}<<SYS>>\n{{ s }}\n<</SYS>>\n\n{% endif %}{{ m.content }} [/INST]{% else"
                + " %} {{ m.content }} {{ eos_token }}{% endif %}{% endfor %}");
    assertEquals(
        "[INST] <<SYS>>\nBe.\n<</SYS>>\n\nHi [/INST] Yes </s><s>[INST] Go [/INST]",
        render(proven.template(), "system", "Be.", "user", "Hi", "assistant", "Yes", "user", "Go"));
    assertEquals(" </s>", proven.answerEnd());
  }

  @Test
  void aSystemThatIsRefusedStandsBeforeTheQuestion() throws GoTemplateException {
    Proven proven =
        proven(
            "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif"
                + " %}<{{ m.role }}>{{ m.content|trim }}</>{% endfor %}{% if add_generation_prompt"
                + " %}<assistant>{% endif %}");
    assertEquals(
        Set.of(Difference.SYSTEM_REFUSED, Difference.WHITE_SPACE), proven.proof().differences());
    assertEquals(
        "<user>Be.\n\nHi</><assistant>", render(proven.template(), "system", "Be.", "user", "Hi"));
  }

  @Test
  void whatDiffersBeyondTheUsualIsTold() {
    Proven proven =
        proven(
            "{% if tools %}{{ tools }}{% endif %}{% for m in messages %}{% if m.role == 'system'"
                + " and not loop.first %}{% continue %}{% endif %}<{{ m.role }}>{% if"
                + " m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{"
                + " m.content.split('</think>')[-1] }}</>{% endfor %}{% if add_generation_prompt"
                + " %}<assistant>{% endif %}");
    assertEquals(
        Set.of(
            Difference.TOOLS,
            Difference.THINKING,
            Difference.THOUGHTS_KEPT,
            Difference.LATER_SYSTEM),
        proven.proof().differences());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "%Y-%m-%d; 2026-11-08",
        "%d %b %Y; 08 Nov 2026",
        "%B %d, %Y; November 08, 2026",
      })
  void todaysDateIsPutTogether(String form, String expected) throws GoTemplateException {
    Proven proven = proven(chatml("{{ strftime_now('" + form + "') }} "));
    assertEquals(Set.of(Difference.NEEDS_DATE), proven.proof().differences());
    Clock day = Clock.fixed(Instant.parse("2026-11-08T09:00:00Z"), ZoneOffset.UTC);
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "user").put("content", "Hi");
    assertTrue(
        OllamaTemplate.parse("t", proven.template())
            .at(day)
            .render(OllamaInput.of(messages))
            .startsWith(expected + " <|im_start|>"));
  }

  @Test
  void textThatGoOrAModelfileWouldReadOtherwiseIsWrittenAsStrings() throws Exception {
    String odd = "{{ '{{ x }} {' }}\u00A0\u200B{{ '\"\"\"' }}\n\\ ";
    Proven proven = proven(chatml(odd));
    assertTrue(
        render(proven.template(), "user", "Hi")
            .startsWith("{{ x }} {\u00A0\u200B\"\"\"\n\\ <|im_start|>user"));
    Modelfile modelfile =
        new Modelfile(
            List.of(),
            List.of(
                new Modelfile.Command.From("./m.gguf"),
                new Modelfile.Command.Template(proven.template())));
    assertEquals(modelfile, Modelfile.parse("Modelfile", modelfile.text()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{% if %}; FAILS; t.jinja at line 1, column 7",
        "{{ raise_exception('never') }}; FAILS; it writes nothing for a single question: never",
        "fixed; SHAPE; it does not write a single question once",
        "{% for m in messages %}{{ m.content|upper }}{% endfor %}; SHAPE; it does not write",
        "{% for m in messages %}<{{ loop.index }}>{{ m.content }}{% endfor %}; DIFFERS; of the"
            + " roles 'suau', the model's own writes '3>",
        "{% for m in messages %}<{{ m.content|length }}>{{ m.content }}{% endfor %}; DIFFERS; of"
            + " the roles 'u', the model's own writes '5>Hello'",
        "{{ strftime_now('%A') }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %};"
            + " DATE; ",
        "{{ strftime_now('%H:%M') }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor"
            + " %}; DATE; ",
        "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}; FAILS; it"
            + " writes nothing for a single question: rendering takes more than",
        "{{ 'x' * 999999 }}{% for m in messages %}{{ m.content }}{% endfor %}; FAILS; it writes"
            + " nothing for a single question: a text of more than",
      })
  void whatCannotBeProvenIsRefused(String source, Refusal refusal, String why) {
    Refused refused = assertInstanceOf(Refused.class, decide(source));
    assertEquals(refusal, refused.refusal(), refused.why());
    assertTrue(refused.why().startsWith(why == null ? "" : why), refused.why());
  }

  /// Characters that stand for something here are the template's own where it writes them.
  @ParameterizedTest
  @ValueSource(
      strings = {"\uE0B1" + "99\uE0B1", "\uE0B1" + "1\uE0B1", "\uE0B0", "\uE0B2", "\uE0B0x"})
  void marksOfOursInATemplateAreText(String odd) throws GoTemplateException {
    TemplateDecision decision = decide(chatml(odd));
    if (decision instanceof Proven proven) {
      assertTrue(render(proven.template(), "user", "Hi").startsWith(odd + "<|im_start|>"));
    } else {
      assertEquals(Refusal.DIFFERS, assertInstanceOf(Refused.class, decision).refusal());
    }
  }

  @Test
  void halfACharacterIsRefused() {
    Refused refused = assertInstanceOf(Refused.class, decide(chatml("\uD800")));
    assertEquals(Refusal.DIFFERS, refused.refusal(), refused.why());
  }

  // ---- tools

  /// Tools as Qwen, Hermes and others have them: JSON in what the system says, calls and answers
  /// between marks, answers of several tools in one turn.
  private static final String WITH_TOOLS =
      """
      {%- if tools %}
      {{- '<|im_start|>system\\n' }}
      {%- if messages[0].role == 'system' %}{{ messages[0].content + '\\n\\n' }}{% endif %}
      {{- '<tools>' }}
      {%- for t in tools %}{{ '\\n' }}{{ t | tojson }}{% endfor %}
      {{- '\\n</tools><|im_end|>\\n' }}
      {%- elif messages[0].role == 'system' %}
      {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
      {%- endif %}
      {%- for m in messages %}
      {%- if m.role == 'tool' %}
      {%- if messages[loop.index0 - 1].role != 'tool' %}{{ '<|im_start|>user' }}{% endif %}
      {{- '\\n<got>\\n' + m.content + '\\n</got>' }}
      {%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}
      {{- '<|im_end|>\\n' }}
      {%- endif %}
      {%- elif m.tool_calls %}
      {{- '<|im_start|>assistant' }}
      {%- if m.content %}{{ '\\n' + m.content }}{% endif %}
      {%- for c in m.tool_calls %}
      {{- '\\n<call>\\n{"name": "' + c.function.name + '", "arguments": ' }}
      {{- c.function.arguments | tojson }}
      {{- '}\\n</call>' }}
      {%- endfor %}
      {{- '<|im_end|>\\n' }}
      {%- elif m.role != 'system' or not loop.first %}
      {{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}
      {%- endif %}
      {%- endfor %}
      {%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
      """;

  private static String renderWithTools(String template, String request) throws IOException {
    JsonNode tree = new JsonMapper().readTree(request);
    return OllamaTemplate.parse("t", template)
        .render(
            new OllamaInput(
                (ArrayNode) tree.path("messages"), (ArrayNode) tree.path("tools"), null));
  }

  @Test
  void toolsCallsAndAnswersAreWrittenAsTheModelHasThem() throws IOException {
    Proven proven = proven(WITH_TOOLS);
    assertEquals(Set.of(Difference.TOOLS_SPELLED), proven.proof().differences());
    assertEquals(
        """
        <|im_start|>system
        Be.

        <tools>
        {"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object",\
        "properties":{"x":{"type":"string"}}}}}
        {"type":"function","function":{"name":"g","description":"","parameters":{"type":"object",\
        "properties":{}}}}
        </tools><|im_end|>
        <|im_start|>user
        Hi<|im_end|>
        <|im_start|>assistant
        I ask.
        <call>
        {"name": "f", "arguments": {"x":"1"}}
        </call>
        <call>
        {"name": "g", "arguments": {}}
        </call><|im_end|>
        <|im_start|>user
        <got>
        one
        </got>
        <got>
        two
        </got><|im_end|>
        <|im_start|>assistant
        """,
        renderWithTools(
            proven.template(),
            """
            {"tools": [
              {"type": "function", "function": {"name": "f", "description": "d",
               "parameters": {"type": "object", "properties": {"x": {"type": "string"}}}}},
              {"type": "function", "function": {"name": "g",
               "parameters": {"type": "object", "properties": {}}}}],
             "messages": [
              {"role": "system", "content": "Be."},
              {"role": "user", "content": "Hi"},
              {"role": "assistant", "content": "I ask.", "tool_calls": [
                {"function": {"name": "f", "arguments": {"x": "1"}}},
                {"function": {"name": "g", "arguments": {}}}]},
              {"role": "tool", "content": "one"},
              {"role": "tool", "content": "two"}]}
            """));
    assertEquals(
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        render(proven.template(), "user", "Hi"));
    // What Ollama reads off the template: where a model begins to call.
    assertTrue(proven.template().contains("{{- if .ToolCalls }}<call>\n{"), proven.template());
  }

  /// As Llama 3.1 has it: tools before the first question, one call at a time, answers quoted.
  private static final String QUOTED =
      "{% for m in messages %}{% if m.tool_calls %}{% if m.tool_calls|length != 1 %}{{"
          + " raise_exception('one call') }}{% endif %}<assistant>{\"name\": \"{{"
          + " m.tool_calls[0].function.name }}\", \"parameters\": {{"
          + " m.tool_calls[0].function.arguments | tojson }}}</>{% elif m.role == 'tool'"
          + " %}<ipython>{{ m.content | tojson }}</>{% else %}<{{ m.role }}>{% if tools and"
          + " m.role == 'user' and loop.index0 == (1 if messages[0].role == 'system' else 0)"
          + " %}Call one of these:\n"
          + "{% for t in tools %}{{ t.function | tojson(indent=4) }}\n\n"
          + "{% endfor %}{% endif %}{{ m.content }}</>{% endif %}{% endfor %}{% if"
          + " add_generation_prompt %}<assistant>{% endif %}";

  @Test
  void answersOfToolsThatAreJsonStayJson() throws IOException {
    Proven proven = proven(QUOTED);
    assertEquals(
        Set.of(Difference.TOOLS_SPELLED, Difference.SEVERAL_CALLS), proven.proof().differences());
    assertEquals(
        "<user>Call one of these:\n"
            + "{\"name\":\"f\",\"description\":\"\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}\n"
            + "\n"
            + "Hi</><assistant>{\"name\": \"f\", \"parameters\": {}}</><ipython>\"22"
            + " \\\"°\\\"\"</><assistant>",
        renderWithTools(
            proven.template(),
            """
            {"tools": [{"type": "function", "function": {"name": "f",
               "parameters": {"type": "object", "properties": {}}}}],
             "messages": [
              {"role": "user", "content": "Hi"},
              {"role": "assistant", "content": "", "tool_calls": [
                {"function": {"name": "f", "arguments": {}}}]},
              {"role": "tool", "content": "22 \\"°\\""}]}
            """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for t in tools %}{{ t.function.name }},{% endfor %}", // no JSON
        "{{ tools[0] | tojson }}", // not all of them
        "{{ tools | length }}{% for t in tools %}{{ t | tojson }}{% endfor %}" // how many
      })
  void toolsThatCannotBeProvenAreLeftOutAndTold(String list) {
    String other =
        WITH_TOOLS.replace("{%- for t in tools %}{{ '\\n' }}{{ t | tojson }}{% endfor %}", list);
    Proven proven = proven(other);
    assertEquals(Set.of(Difference.TOOLS), proven.proof().differences());
    assertEquals(-1, proven.template().indexOf("Tool"), proven.template());
  }

  @Test
  void callsThatCannotBeProvenLeaveAllOfToolsOut() {
    for (String[] change :
        new String[][] {
          {"c.function.arguments | tojson", "c.function.arguments"}, // Python's own spelling
          {"<call>", "<call id=' + c.id + '>"},
          {"<got>", "<got of=' + m.name + '>"},
        }) {
      Proven proven = proven(WITH_TOOLS.replace(change[0], change[1]));
      assertEquals(Set.of(Difference.TOOLS), proven.proof().differences(), change[1]);
      assertEquals(-1, proven.template().indexOf("Tool"), proven.template());
    }
  }

  @Test
  void thoughtsBetweenCallsAreThoughts() {
    Proven proven =
        proven(
            WITH_TOOLS.replace(
                "{%- for c in m.tool_calls %}",
                "{{- m.reasoning_content | default('') }}{%- for c in m.tool_calls %}"));
    assertEquals(
        Set.of(Difference.TOOLS_SPELLED, Difference.THINKING), proven.proof().differences());
  }

  @Test
  void aTemplateAloneDoesNotSayWhichTokensItWrites(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("t.jinja");
    Files.writeString(
        file,
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% if m.role =="
            + " 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}");
    assertEquals(
        new Refused(Refusal.UNKNOWN_TOKEN, "it writes eos_token, whose text is not known"),
        GoTemplates.of(ModelTemplates.read(file), true));
  }

  @Test
  void whereNoTokenizerAddsTheBeginningTheTemplateDoes() throws GoTemplateException {
    String source = chatml("{{ bos_token }}");
    Proven kept = assertInstanceOf(Proven.class, GoTemplates.of("t", source, TOKENS, false));
    assertTrue(render(kept.template(), "user", "Hi").startsWith("<s><|im_start|>user"));
  }

  @Test
  void aTemplateByHandIsHeldAgainstTheModels(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("t.jinja");
    Files.writeString(file, chatml(""));
    ModelTemplates model = ModelTemplates.read(file);
    Proven proven = proven(chatml(""));
    assertEquals(
        proven.proof(),
        assertInstanceOf(Proven.class, GoTemplates.compare(model, true, "mine", proven.template()))
            .proof());
    assertEquals(
        new Refused(
            Refusal.DIFFERS,
            "of the roles 'u', the model's own writes '<|im_start|>user\\n"
                + "Hello<|im_end|>\\n"
                + "<|im_st…' at character 0, where ours writes 'Hello'"),
        GoTemplates.compare(model, true, "mine", "{{ .Prompt }}"));
  }

  private static Path templates() {
    Path above = Path.of("").toAbsolutePath();
    while (above != null) {
      Path folder = above.resolve("shared/data/templates");
      if (Files.isDirectory(folder)) {
        return folder;
      }
      above = above.getParent();
    }
    Assumptions.abort("no folder ../shared/data/templates beside the checkout");
    throw new AssertionError();
  }

  /// The templates of real models: how many are written in Go, and what keeps the others from it.
  @Test
  void realTemplatesAreWrittenInGo() throws IOException {
    Path folder = templates();
    List<String> alike = new ArrayList<>();
    List<String> tools = new ArrayList<>();
    Map<String, Refusal> refused = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        switch (decide(Files.readString(file))) {
          case Proven proven -> {
            alike.add(name);
            if (proven.proof().differences().contains(Difference.TOOLS_SPELLED)) {
              tools.add(name);
            }
          }
          case Refused(Refusal refusal, _) -> refused.put(name, refusal);
        }
      }
    }
    assertEquals(
        Map.of("NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use.jinja", Refusal.FAILS), // needs tools
        refused);
    assertEquals(46, alike.size());
    assertEquals(
        List.of(
            "MiMo-VL.jinja",
            "MiniMax-M1.jinja",
            "Qwen-QwQ-32B.jinja",
            "Qwen-Qwen2.5-7B-Instruct.jinja",
            "ibm-granite-granite-4.0.jinja",
            "meta-llama-Llama-3.2-3B-Instruct.jinja",
            "meta-llama-Llama-3.3-70B-Instruct.jinja",
            "mistralai-Ministral-3-14B-Reasoning-2512.jinja"),
        tools);
  }
}
