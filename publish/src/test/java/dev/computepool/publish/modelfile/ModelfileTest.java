package dev.computepool.publish.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.publish.modelfile.Modelfile.Command;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelfileTest {
  private static Modelfile parse(String text) throws FormatException {
    return Modelfile.parse("Modelfile", text);
  }

  private static Modelfile of(Command... commands) {
    return new Modelfile(List.of(), List.of(commands));
  }

  @Test
  void isWrittenInOneWay() throws FormatException {
    Modelfile modelfile =
        new Modelfile(
            List.of("written by computepool"),
            List.of(
                new Command.From("./model.q4_k_m.gguf"),
                new Command.Adapter("./adapter.gguf"),
                new Command.Template("{{ .Prompt }}\n"),
                new Command.Instruction("Be \"brief\"."),
                new Command.Parameter("stop", "<|im_end|>"),
                new Command.Parameter("stop", "a\"b"),
                new Command.Parameter("temperature", "0.7"),
                new Command.License("Apache-2.0\n\nfull text"),
                new Command.Message("user", "hi\nthere"),
                new Command.Requires("0.30.0")));
    String text = modelfile.text();
    assertEquals(
        """
        # written by computepool
        FROM ./model.q4_k_m.gguf
        ADAPTER ./adapter.gguf
        TEMPLATE \"""{{ .Prompt }}
        \"""
        SYSTEM \"""Be "brief".\"""
        PARAMETER stop "<|im_end|>"
        PARAMETER stop \"""a"b\"""
        PARAMETER temperature 0.7
        LICENSE \"""Apache-2.0

        full text\"""
        MESSAGE user \"""hi
        there\"""
        REQUIRES 0.30.0
        """,
        text);
    assertEquals(modelfile, parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "FROM x~SYSTEM one line | one line",
        "FROM x~SYSTEM   spaces around  | spaces around",
        "FROM x~SYSTEM \"quoted\" | quoted",
        "FROM x~SYSTEM \"over~two lines\" | over~two lines",
        "FROM x~SYSTEM \"\"\"he said \"hi\"\"\"\" | he said \"hi\"",
        "FROM x~SYSTEM \"\"\"a \"\"\" b~c\"\"\" | a \"\"\" b~c",
        "FROM x~SYSTEM \"\"\"\"\"\" | ^^",
        "FROM x~SYSTEM ~on the next line | on the next line",
        "FROM x~system # no comment | # no comment",
        "FROM x~SYSTEM \"a\" b | ",
        "FROM x~SYSTEM a\u00A0b\u200Bc\uE000d | abcd",
        "FROM x~SYSTEM a\u2581b\uFF5Cc\uD83D\uDE00 | a\u2581b\uFF5Cc\uD83D\uDE00",
        "FROM x~# SYSTEM no~SYSTEM yes | yes",
      })
  void valuesEndWhereOllamaEndsThem(String text, String expected) throws FormatException {
    String source = text.replace('~', '\n');
    if (expected == null) {
      FormatException e = assertThrows(FormatException.class, () -> parse(source));
      assertEquals("Modelfile at line 2: the last value is not closed, or empty", e.getMessage());
      return;
    }
    assertEquals(
        expected.replace('~', '\n'),
        parse(source).last(Command.Instruction.class).orElseThrow().text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SYSTEM x| Modelfile: no FROM",
        "FROM x~NOPE y| Modelfile at line 2: 'nope' is no command",
        "FROM x~SYSTEM| Modelfile at line 2: the last command has no value",
        "FROM x~4| Modelfile at line 2: the last command has no value",
        "FROM x~MESSAGE tool y| Modelfile at line 2: 'tool' is no role; roles are system, user and"
            + " assistant",
        "FROM x~PARAMETER stop| Modelfile at line 2: the last command has no value",
        "FROM x~PARAMETER stop~| Modelfile at line 2: parameter 'stop' has no value",
        "FROM x~SY-STEM y| Modelfile at line 2: 'SY-' is no command",
      })
  void whatOllamaRefusesIsRefusedWithItsLine(String text, String message) {
    FormatException e = assertThrows(FormatException.class, () -> parse(text.replace('~', '\n')));
    assertEquals(message, e.getMessage());
  }

  @Test
  void whatOllamaWouldReadOtherwiseIsNotWritten() {
    FormatException e =
        assertThrows(
            FormatException.class,
            () ->
                of(
                        new Command.Template("a\u00A0b"),
                        new Command.Instruction("x\"\"\" \ny"),
                        new Command.Parameter("num_ctx", "many"),
                        new Command.Parameter("mirostat", "1"),
                        new Command.Parameter("tfs_z", "1"),
                        new Command.Message("tool", "x"),
                        new Command.Adapter("a\nb"))
                    .text());
    assertEquals(
        List.of(
            "no FROM",
            "TEMPLATE: has U+00A0, which Ollama drops",
            "SYSTEM: has a line that ends with \"\"\", where Ollama ends the text",
            "PARAMETER num_ctx: 'many' is no integer",
            "PARAMETER mirostat: has no effect any more",
            "PARAMETER tfs_z: is no parameter that Ollama knows",
            "MESSAGE: 'tool' is no role",
            "ADAPTER: 'a\nb' cannot be written on one line"),
        e.problems().stream().map(Object::toString).toList());
  }

  @Test
  void whatIsWrittenIsReadBack() throws FormatException {
    Random random = new Random(7);
    String pieces = "\"\n\r\t #aZ{}<|>\u2581\u00E9\uD83D\uDE00\\";
    int written = 0;
    for (int i = 0; i < 4_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(9); n > 0; n--) {
        int at = random.nextInt(pieces.codePointCount(0, pieces.length()));
        text.appendCodePoint(pieces.codePointAt(pieces.offsetByCodePoints(0, at)));
      }
      Modelfile modelfile =
          of(
              new Command.From("x"),
              new Command.Instruction(text.toString()),
              new Command.Parameter("stop", "." + text),
              new Command.Message("user", text.toString()));
      String made;
      try {
        made = modelfile.text();
      } catch (FormatException _) {
        continue; // it said that it could not
      }
      assertEquals(modelfile, parse(made));
      written++;
    }
    assertEquals(true, written > 3_000, "only " + written + " could be written");
  }

  @Test
  void parametersBecomeJsonOfTheirTypes() throws FormatException {
    assertEquals(
        "{\"num_ctx\":4096,\"stop\":[\"<|im_end|>\",\"b\"],\"temperature\":0.7,\"use_mmap\":true}",
        Parameters.json(
                List.of(
                    new Command.Parameter("stop", "<|im_end|>"),
                    new Command.Parameter("temperature", "0.7"),
                    new Command.Parameter("use_mmap", "true"),
                    new Command.Parameter("num_ctx", "4096"),
                    new Command.Parameter("stop", "b")))
            .toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"temperature 0,7", "num_ctx 1.5", "use_mmap yes", "nope 1"})
  void parametersOfAnotherTypeAreRefused(String parameter) {
    String[] words = parameter.split(" ", -1);
    assertThrows(
        FormatException.class,
        () -> Parameters.json(List.of(new Command.Parameter(words[0], words[1]))));
  }
}
