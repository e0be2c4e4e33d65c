package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp gguf template` from outside.
final class GgufTemplateTest {
  @TempDir Path folder;

  @Test
  void aModelSaysWhatItWouldSee() throws IOException {
    Cli cp = Cli.cp(folder);
    Files.writeString(
        folder.resolve("t.jinja"),
        "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}\n"
            + "{%- if add_generation_prompt %}[assistant] {% endif %}");
    Files.writeString(
        folder.resolve("chat.json"), "[{\"role\": \"user\", \"content\": \"Wie geht's, Zoë?\"}]");
    assertEquals(0, cp.run("gguf", "sample", "tiny.gguf").exitCode());
    assertEquals(
        0,
        cp.run("gguf", "set", "tiny.gguf", "--text", "tokenizer.chat_template=t.jinja").exitCode());
    assertEquals(
        Result.done("[user] Wie geht's, Zoë?\n[assistant] "),
        cp.run(
            "gguf", "template", "tiny.gguf", "--messages", "chat.json", "--add-generation-prompt"));
    Files.writeString(folder.resolve("t.jinja"), "{% for i in range(99999) %}\n{% for j in");
    Result broken = cp.run("gguf", "template", "t.jinja", "--messages", "chat.json");
    assertEquals(2, broken.exitCode());
    assertTrue(
        broken.stderr().startsWith("error: t.jinja at line 2, column 12: unexpected the end"),
        broken.stderr());
  }

  @Test
  void aTemplateIsWrittenForOllamaOrTheErrorSaysWhereBothPart() throws IOException {
    Cli cp = Cli.cp(folder);
    Files.writeString(
        folder.resolve("t.jinja"),
        "{% for m in messages %}<{{ m.role }}>{{ m.content|trim }}{{ eos_token }}{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}");
    Result unknown = cp.run("gguf", "template", "t.jinja", "--go");
    assertEquals(
        Result.failed(
            1,
            """
            error: t.jinja cannot be written in Go with certainty
            cause: it writes eos_token, whose text is not known
            hint: 'cp publish --template FILE' takes a Go template written by hand; with --no-template, \
            Ollama 0.30 and later use the model's own
            """),
        unknown);
    Result shown = cp.run("gguf", "template", "t.jinja", "--go", "--eos", "</s>");
    assertEquals(0, shown.exitCode(), shown.stderr());
    assertTrue(
        shown.stdout().contains("{{- if eq $m.Role \"user\" }}<user>{{ $m.Content }}</s>"),
        shown.stdout());
    assertTrue(shown.stderr().contains("conversations alike"), shown.stderr());
    assertTrue(shown.stderr().contains("the model's own trims it"), shown.stderr());
    assertEquals(2, cp.run("gguf", "template", "t.jinja", "--go", "--messages", "x").exitCode());
    Result json = cp.run("gguf", "template", "t.jinja", "--go", "--eos", "</s>", "--json");
    assertTrue(json.stdout().contains("\"white_space\""), json.stdout());
  }

  @Test
  void whatIsNoModelAndNoTemplateIsNotShownAsOne() throws IOException {
    Cli cp = Cli.cp(folder);
    Files.writeString(folder.resolve("no.gguf"), "hello");
    Result model = cp.run("gguf", "template", "no.gguf");
    assertEquals(2, model.exitCode(), model.stdout());
    assertTrue(model.stderr().startsWith("error: no.gguf at byte 0: "), model.stderr());
    Files.write(folder.resolve("zeros"), new byte[] {'a', 0, 0});
    assertEquals(
        Result.failed(2, "error: zeros at character 1: is a zero, so this is no template\n"),
        cp.run("gguf", "template", "zeros"));
    Files.writeString(folder.resolve("t.jinja"), "{{ messages }}");
    Files.createDirectory(folder.resolve("d"));
    assertEquals(
        Result.failed(2, "error: d: is a folder, not a file\n"),
        cp.run("gguf", "template", "t.jinja", "--messages", "d"));
  }
}
