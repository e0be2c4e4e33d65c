package dev.computepool.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.publish.modelfile.Modelfile.Command.Parameter;
import dev.computepool.publish.modelfile.NoGoTemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OllamaFilesTest {
  private static final String PLAIN =
      """
      {%- for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}
      {%- endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}\
      """;
  private static final String THINKING =
      PLAIN + "{% if enable_thinking is false %}<think></think>{% endif %}";
  private static final List<Parameter> STOPS =
      List.of(new Parameter("stop", "<|im_end|>"), new Parameter("stop", "<|im_start|>"));

  @TempDir Path folder;

  private OllamaFiles files(String template, TemplateChoice choice) throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), template);
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"added_tokens\": [{\"id\": 1, \"content\": \"<|im_start|>\", \"special\": true},"
            + " {\"id\": 2, \"content\": \"<|im_end|>\", \"special\": true}]}");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"add_bos_token\": false, \"eos_token\": \"<|im_end|>\"}");
    return OllamaFiles.of(folder, folder.resolve("generation_config.json"), choice);
  }

  @Test
  void aTemplateThatIsProvenIsPublished() throws IOException {
    OllamaFiles files = files(PLAIN, new TemplateChoice.Proven());
    assertNotNull(files.template());
    assertEquals(STOPS, files.parameters());
    assertNull(files.requires());
    assertEquals(List.of(), files.notes());
  }

  @Test
  void aModelThatThinksIsLeftToOllama() throws IOException {
    OllamaFiles files = files(THINKING, new TemplateChoice.Proven());
    assertNull(files.template());
    assertEquals("0.30.0", files.requires());
    assertEquals(STOPS, files.parameters());
    assertEquals(
        List.of(
            "the model thinks, which a Go template that is made of its own cannot tell it to",
            "Ollama is left to the model's own template, which it renders from 0.30.0 on"),
        files.notes());
  }

  @Test
  void whatStopsAnAnswerIsTheModelsWhoeverWritesTheTemplate() throws IOException {
    OllamaFiles own = files(PLAIN, new TemplateChoice.Own());
    assertNull(own.template());
    assertEquals("0.30.0", own.requires());
    assertEquals(STOPS, own.parameters());

    String proven = files(PLAIN, new TemplateChoice.Proven()).template();
    assertNotNull(proven);
    Path mine = Files.writeString(folder.resolve("mine.gotmpl"), proven);
    OllamaFiles same = files(PLAIN, new TemplateChoice.Written(mine));
    assertEquals(proven, same.template());
    assertEquals(STOPS, same.parameters());
    assertEquals(List.of(), same.notes());

    Files.writeString(mine, "{{ .Prompt }}");
    OllamaFiles other = files(PLAIN, new TemplateChoice.Written(mine));
    assertEquals("{{ .Prompt }}", other.template());
    assertEquals(STOPS, other.parameters());
    assertEquals(1, other.notes().size());
    assertEquals(
        mine + " is not what the model was trained with: of the roles 'u'",
        other.notes().getFirst().replaceFirst(", the model's own writes(?s:.*)", ""));
  }

  @Test
  void whatCannotBeHeldAgainstTheModelsIsSaidToBeSo() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine.gotmpl"), "{{ .Prompt }}");
    OllamaFiles files = files("{% if %}", new TemplateChoice.Written(mine));
    assertEquals(
        List.of(
            mine + " cannot be held against the model's own: ",
            "which texts end an answer is not known: "),
        files.notes().stream().map(note -> note.replaceFirst(": (?s:.*)", ": ")).toList());
  }

  @Test
  void aModelWithSeveralTemplatesAndNoUsualOneIsAnError() throws IOException {
    Files.createDirectory(folder.resolve("additional_chat_templates"));
    Files.writeString(folder.resolve("additional_chat_templates/rag.jinja"), PLAIN);
    Files.writeString(folder.resolve("additional_chat_templates/tool_use.jinja"), PLAIN);
    NoGoTemplateException e =
        assertThrows(
            NoGoTemplateException.class,
            () -> OllamaFiles.of(folder, folder.resolve("none"), new TemplateChoice.Proven()));
    assertEquals(
        folder + " has the chat templates rag, tool_use, and none is the usual one", e.why());
  }

  @Test
  void aModelWithoutATemplateIsPublishedWithoutOne() throws IOException {
    OllamaFiles files = OllamaFiles.of(folder, folder.resolve("none"), new TemplateChoice.Proven());
    assertNull(files.template());
    assertNull(files.requires());
    assertEquals(
        List.of(folder + " has no chat template: Ollama will give it prompts as they are"),
        files.notes());
  }
}
