package dev.computepool.train.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.chat.Conversation;
import dev.computepool.chat.Example;
import dev.computepool.chat.Message;
import dev.computepool.chat.Passage;
import dev.computepool.chat.Role;
import dev.computepool.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleEncoderTest {
  @TempDir private Path temporary;
  private Path model = Path.of("");

  @BeforeEach
  void writeModel() throws IOException {
    model = ChatModel.write(temporary.resolve("model"), ChatModel.TEMPLATE);
  }

  private static Conversation talk(String... said) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < said.length; i++) {
      messages.add(new Message(i % 2 == 0 ? Role.USER : Role.ASSISTANT, said[i]));
    }
    return new Conversation(messages, Example.NO_FIELDS);
  }

  private EncodedExample encode(Example example, int max, boolean cut, boolean answersOnly)
      throws IOException {
    try (ExampleEncoder encoder =
        ExampleEncoder.open(model, new EncoderOptions(max, cut, answersOnly, null))) {
      return encoder.encode(7, example);
    }
  }

  /// The text of the tokens that are learned.
  private String learned(EncodedExample encoded) throws IOException {
    int[] packed = assertInstanceOf(EncodedExample.Usable.class, encoded).tokens();
    int[] learned = Arrays.stream(packed).filter(EncodedExample::isLearned).toArray();
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      return tokenizer.decode(learned);
    }
  }

  private String text(EncodedExample encoded) throws IOException {
    int[] packed = assertInstanceOf(EncodedExample.Usable.class, encoded).tokens();
    int[] all = Arrays.stream(packed).map(EncodedExample::token).toArray();
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      return tokenizer.decode(all);
    }
  }

  @Test
  void whatTheAssistantSaysIsLearnedAndThatItEnds() throws IOException {
    EncodedExample encoded = encode(talk("a 😀?", "é😀!", "b", "ok"), 500, true, true);
    assertEquals("é😀!<|im_end|>\nok<|im_end|>\n", learned(encoded));
    assertEquals(
        """
        <|im_start|>user
        a 😀?<|im_end|>
        <|im_start|>assistant
        é😀!<|im_end|>
        <|im_start|>user
        b<|im_end|>
        <|im_start|>assistant
        ok<|im_end|>
        """,
        text(encoded));
  }

  private EncodedExample withTools(String tools) throws IOException {
    model =
        ChatModel.write(
            temporary.resolve("tools"),
            "{% for t in tools or [] %}{{ t.function.name }};{% endfor %}" + ChatModel.TEMPLATE);
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    fields.put("tools", tools);
    return encode(new Conversation(talk("a", "b").messages(), fields), 500, true, true);
  }

  @Test
  void toolsAreAListHoweverTheyAreWritten() throws IOException {
    String f = "{\"name\": \"f\", \"parameters\": {}}";
    String g = "{\"type\": \"function\", \"function\": {\"name\": \"g\"}}";
    String list = "[" + f + ", " + g + "]";
    String quoted = "\"" + list.replace("\"", "\\\"") + "\"";
    for (String tools : List.of(list, quoted)) {
      String text = text(withTools(tools));
      assertTrue(text.startsWith("f;g;<|im_start|>user"), text);
    }
    for (String none : List.of("null", "\"\"", "[]", "\"[]\"")) {
      String text = text(withTools(none));
      assertTrue(text.startsWith("<|im_start|>user"), text);
    }
    for (String wrong : List.of("7", "{}", "\"f(x)\"")) {
      assertEquals(new EncodedExample.Unusable(7, "'tools' is no list of tools"), withTools(wrong));
    }
  }

  @Test
  void allIsLearnedOnRequest() throws IOException {
    EncodedExample encoded = encode(talk("a", "b"), 500, true, false);
    assertEquals(text(encoded), learned(encoded));
  }

  @Test
  void aPassageIsLearnedWithItsEnd() throws IOException {
    Passage passage = new Passage("héllo", Example.NO_FIELDS);
    assertEquals("héllo<|im_end|>", learned(encode(passage, 500, true, true)));
  }

  @Test
  void whatIsTooLongIsCutOrLeftOut() throws IOException {
    Conversation talk = talk("question", "answer");
    int prompt = "user\nquestion\nassistant\n".length() + 3;
    EncodedExample.Usable cut =
        assertInstanceOf(EncodedExample.Usable.class, encode(talk, prompt + 3, true, true));
    assertTrue(cut.cut());
    assertEquals("ans", learned(cut));
    assertEquals(
        new EncodedExample.Unusable(7, "longer than 30 tokens"), encode(talk, 30, false, true));
    assertEquals(
        new EncodedExample.Unusable(7, "no answer begins within 10 tokens"),
        encode(talk, 10, true, true));
  }

  @Test
  void whatATemplateRefusesIsUnusable() throws IOException {
    model =
        ChatModel.write(
            temporary.resolve("strict"),
            "{%- for m in messages %}{%- if m.role == 'system' %}"
                + "{{- raise_exception('no system here') }}{%- endif %}{%- endfor %}");
    Conversation talk =
        new Conversation(
            List.of(new Message(Role.SYSTEM, "s"), new Message(Role.ASSISTANT, "a")),
            Example.NO_FIELDS);
    EncodedExample.Unusable unusable =
        assertInstanceOf(EncodedExample.Unusable.class, encode(talk, 50, true, true));
    assertTrue(unusable.why().contains("no system here"), unusable.why());
  }

  @Test
  void examplesOfOnePageAreOfOneSource() throws IOException {
    SequencedMap<String, String> meta = new LinkedHashMap<>();
    meta.put("meta", "{\"source_url\": \"http://a/\"}");
    List<Long> sources = new ArrayList<>();
    for (Example example :
        List.of(
            new Passage("one", meta),
            new Passage("two", meta),
            new Passage("one", Example.NO_FIELDS),
            new Passage("two", Example.NO_FIELDS))) {
      EncodedExample encoded = encode(example, 50, true, true);
      sources.add(assertInstanceOf(EncodedExample.Usable.class, encoded).source());
    }
    assertEquals(sources.get(0), sources.get(1));
    assertEquals(3, sources.stream().distinct().count());
  }

  @Test
  void packingKeepsTokensAndWhetherTheyAreLearned() {
    int given = EncodedExample.given(151_643);
    assertEquals(151_643, EncodedExample.token(given));
    assertArrayEquals(
        new boolean[] {false, true},
        new boolean[] {EncodedExample.isLearned(given), EncodedExample.isLearned(151_643)});
  }
}
