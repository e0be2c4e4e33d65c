package dev.computepool.publish.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    assertTrue(proven.writesBos());
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
      })
  void whatCannotBeProvenIsRefused(String source, Refusal refusal, String why) {
    Refused refused = assertInstanceOf(Refused.class, decide(source));
    assertEquals(refusal, refused.refusal(), refused.why());
    assertTrue(refused.why().startsWith(why == null ? "" : why), refused.why());
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
    Map<String, Refusal> refused = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        switch (decide(Files.readString(file))) {
          case Proven _ -> alike.add(name);
          case Refused(Refusal refusal, _) -> refused.put(name, refusal);
        }
      }
    }
    assertEquals(
        Map.of("NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use.jinja", Refusal.FAILS), // needs tools
        refused);
    assertEquals(46, alike.size());
  }
}
