package dev.computepool.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.cli.CliRunner;
import dev.computepool.cli.CliRunner.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp gguf template` as it is typed.
class GgufTemplateTest {
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor"
          + " %}{% if tools %}{{ tools|length }} tools{% endif %}{% if add_generation_prompt"
          + " %}<assistant>{% endif %}\n";

  @TempDir Path folder;
  private String jinja = "";
  private String messages = "";

  @BeforeEach
  void write() throws IOException {
    jinja = file("t.jinja", TEMPLATE);
    messages =
        file(
            "m.json",
            "[{\"role\": \"user\", \"content\": \"Grüße 🦙\"}, {\"role\": \"assistant\","
                + " \"content\": \"yo\"}]");
  }

  private String file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }

  private Result run(String... args) {
    return new CliRunner(folder).run(args);
  }

  @Test
  void aTemplateIsShownAsItIs() {
    assertEquals(new Result(0, TEMPLATE, ""), run("gguf", "template", jinja));
  }

  @Test
  void messagesBecomeTheExactText() {
    assertEquals(
        new Result(0, "<s><user>Grüße 🦙</s><assistant>yo</s><assistant>", ""),
        run(
            "gguf",
            "template",
            jinja,
            "--messages",
            messages,
            "--bos",
            "<s>",
            "--eos",
            "</s>",
            "--add-generation-prompt"));
  }

  @Test
  void rangesCountCharacters() throws IOException {
    Result result = run("gguf", "template", jinja, "--messages", messages, "--eos", ".", "--json");
    assertEquals(0, result.code(), result.stderr());
    JsonNode json = new JsonMapper().readTree(result.stdout());
    assertEquals("<user>Grüße 🦙.<assistant>yo.", json.get("text").textValue());
    assertEquals("[[0,14],[14,28]]", ranges(json.get("turns")));
    assertEquals("[[25,28]]", json.get("assistant").toString());
    assertEquals("prefixes", json.get("source").textValue());
  }

  private static String ranges(JsonNode turns) {
    var all = new JsonMapper().createArrayNode();
    turns.forEach(turn -> all.add(turn.get("range")));
    return all.toString();
  }

  @Test
  void aDirectorySaysTokensAndHasSeveralTemplates() throws IOException {
    file(
        "m/tokenizer_config.json",
        "{\"bos_token\": {\"content\": \"[B]\"}, \"chat_template\": \"old\"}");
    file("m/special_tokens_map.json", "{\"eos_token\": \"[E]\"}");
    file("m/chat_template.jinja", TEMPLATE);
    file("m/additional_chat_templates/tool_use.jinja", "with {{ tools[0].name }}{{ eos_token }}");
    String model = folder.resolve("m").toString();
    assertEquals(
        new Result(0, "[B]<user>Grüße 🦙[E]<assistant>yo[E]", ""),
        run("gguf", "template", model, "--messages", messages));
    String tools = file("tools.json", "[{\"name\": \"f\"}]");
    assertEquals(
        new Result(0, "with f[E]", ""),
        run("gguf", "template", model, "--messages", messages, "--tools", tools));
    assertEquals(
        new Result(0, "with {{ tools[0].name }}{{ eos_token }}", ""),
        run("gguf", "template", model, "--name", "tool_use"));
    Result unknown = run("gguf", "template", model, "--name", "rag");
    assertEquals(4, unknown.code());
    assertTrue(unknown.stderr().contains("hint: --name takes one of: default, tool_use"));
  }

  @Test
  void aGgufFileHasItsOwn() throws IOException {
    String model = folder.resolve("tiny.gguf").toString();
    assertEquals(0, run("gguf", "sample", model).code());
    assertEquals(0, run("gguf", "set", model, "--text", "tokenizer.chat_template=" + jinja).code());
    assertEquals(new Result(0, TEMPLATE, ""), run("gguf", "template", model));
    Result text = run("gguf", "template", model, "--messages", messages, "--bos", "B");
    assertTrue(text.stdout().startsWith("B<user>Grüße 🦙"), text.toString());
  }

  @Test
  void errorsNameTheirPlace() throws IOException {
    String broken = file("broken.jinja", "a\n  {{ 1 + }}\n");
    Result syntax = run("gguf", "template", broken, "--messages", messages);
    assertEquals(2, syntax.code());
    assertEquals(
        "error: " + broken + " at line 2, column 10: unexpected '}}', expected an expression\n",
        syntax.stderr());
    String refusing = file("r.jinja", "{{ raise_exception('roles must alternate') }}");
    Result refused = run("gguf", "template", refusing, "--messages", messages);
    assertEquals(2, refused.code());
    assertTrue(refused.stderr().contains("roles must alternate"), refused.stderr());
    Result json = run("gguf", "template", jinja, "--messages", file("x.json", "[{\n \"role\" 1}]"));
    assertEquals(2, json.code());
    assertTrue(json.stderr().contains("x.json at line 2, column"), json.stderr());
    assertEquals(2, run("gguf", "template", jinja, "--bos", "x").code());
    assertEquals(4, run("gguf", "template", folder.resolve("none").toString()).code());
  }
}
