package dev.computepool.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineFormatTest {
  private static final String CHATML =
      "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
          + "{\"role\":\"user\",\"content\":\"größer?\"},"
          + "{\"role\":\"assistant\",\"content\":\"a\\nb 😀\"}],"
          + "\"meta\":{\"n\": 1.10,\"a\":[1,{\"b\":null}]},\"weight\":1e5}";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Reading read(LineFormat format, String line) {
    byte[] bytes = bytes("xx" + line + "yy");
    return format.read(bytes, 2, bytes.length - 2);
  }

  private static Example whole(LineFormat format, String line) {
    return assertInstanceOf(Reading.Whole.class, read(format, line)).example();
  }

  private static List<String> problems(LineFormat format, String line) {
    return assertInstanceOf(Reading.Broken.class, read(format, line)).problems().stream()
        .map(p -> p.offset() + " " + p.what())
        .toList();
  }

  private static SequencedMap<String, String> fields(String... names) {
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i += 2) {
      fields.put(names[i], names[i + 1]);
    }
    return fields;
  }

  private static String written(LineFormat format, Example example) throws InexpressibleException {
    return new String(format.write(example), StandardCharsets.UTF_8);
  }

  private static final Conversation TWO =
      new Conversation(
          List.of(new Message(Role.USER, "Why?"), new Message(Role.ASSISTANT, "So.")),
          Example.NO_FIELDS);

  @Test
  void readsChatMlAndKeepsWhatItDoesNotKnow() {
    assertEquals(
        new Conversation(
            List.of(
                new Message(Role.SYSTEM, "Be brief."),
                new Message(Role.USER, "größer?"),
                new Message(Role.ASSISTANT, "a\nb 😀")),
            fields("meta", "{\"n\": 1.10,\"a\":[1,{\"b\":null}]}", "weight", "1e5")),
        whole(LineFormat.CHATML, CHATML));
  }

  @Test
  void writesChatMlAsItWasRead() throws InexpressibleException {
    assertEquals(CHATML, written(LineFormat.CHATML, whole(LineFormat.CHATML, CHATML)));
  }

  @Test
  void tellsWhereEachTurnBegins() {
    Reading.Whole whole = assertInstanceOf(Reading.Whole.class, read(LineFormat.CHATML, CHATML));
    assertEquals(List.of(13, 53, 91), whole.turns());
  }

  @Test
  void callsOfToolsNeedNoContent() throws InexpressibleException {
    String line =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"?\"},"
            + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\"}]},"
            + "{\"role\":\"tool\",\"content\":\"42\",\"tool_call_id\":\"1\"},"
            + "{\"role\":\"assistant\",\"content\":\"42\"}]}";
    assertEquals(line, written(LineFormat.CHATML, whole(LineFormat.CHATML, line)));
  }

  @Test
  void alpacaHasInputSystemAndHistory() throws InexpressibleException {
    String line =
        "{\"instruction\":\"Add\",\"input\":\"1 and 2\",\"output\":\"3\",\"system\":\"Count.\","
            + "\"history\":[[\"Hi\",\"Hello\"]],\"id\":7}";
    Example example = whole(LineFormat.ALPACA, line);
    assertEquals(
        new Conversation(
            List.of(
                new Message(Role.SYSTEM, "Count."),
                new Message(Role.USER, "Hi"),
                new Message(Role.ASSISTANT, "Hello"),
                new Message(Role.USER, "Add\n1 and 2"),
                new Message(Role.ASSISTANT, "3")),
            fields("id", "7")),
        example);
    assertEquals(
        "{\"instruction\":\"Add\\n1 and 2\",\"input\":\"\",\"output\":\"3\",\"system\":\"Count.\","
            + "\"history\":[[\"Hi\",\"Hello\"]],\"id\":7}",
        written(LineFormat.ALPACA, example));
  }

  @Test
  void shareGptHasNamesOfItsOwn() throws InexpressibleException {
    String line =
        "{\"conversations\":[{\"from\":\"human\",\"value\":\"Why?\"},"
            + "{\"from\":\"gpt\",\"value\":\"So.\"}],\"system\":\"Be brief.\"}";
    assertEquals(
        "{\"conversations\":[{\"from\":\"system\",\"value\":\"Be brief.\"},"
            + "{\"from\":\"human\",\"value\":\"Why?\"},{\"from\":\"gpt\",\"value\":\"So.\"}]}",
        written(LineFormat.SHAREGPT, whole(LineFormat.SHAREGPT, line)));
  }

  @Test
  void shareGptCallsFunctionsInTurnsOfTheirOwn() throws InexpressibleException {
    String one = "{\\\"name\\\":\\\"f\\\",\\\"arguments\\\":{\\\"n\\\":1.10}}";
    String line =
        "{\"conversations\":[{\"from\":\"human\",\"value\":\"?\"},"
            + "{\"from\":\"function_call\",\"value\":\"%s\"},"
            + "{\"from\":\"observation\",\"value\":\"42\"},"
            + "{\"from\":\"gpt\",\"value\":\"42\"}],\"tools\":\"[]\"}";
    Example example = whole(LineFormat.SHAREGPT, line.formatted(one));
    assertEquals(line.formatted(one), written(LineFormat.SHAREGPT, example));
    assertEquals(
        "{\"messages\":[{\"role\":\"user\",\"content\":\"?\"},{\"role\":\"assistant\",\"tool_calls\":"
            + "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{\"n\":1.10}}}]},"
            + "{\"role\":\"tool\",\"content\":\"42\"},{\"role\":\"assistant\",\"content\":\"42\"}],"
            + "\"tools\":\"[]\"}",
        written(LineFormat.CHATML, example));
    String two = line.formatted("[" + one + "," + one + "]");
    assertEquals(two, written(LineFormat.SHAREGPT, whole(LineFormat.SHAREGPT, two)));
  }

  @Test
  void callsThatAFunctionCallCannotSayStayFields() throws InexpressibleException {
    String line =
        "{\"conversations\":[{\"from\":\"gpt\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":{}}}]}]}";
    assertEquals(line, written(LineFormat.SHAREGPT, whole(LineFormat.SHAREGPT, line)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f()", "7", "[]", "{\\\"name\\\": \\\"f\\\"}", "{} {}", "[1]"})
  void aFunctionCallIsJson(String words) {
    assertEquals(
        List.of("50 a function_call is no JSON of 'name' and 'arguments', nor a list of such"),
        problems(
            LineFormat.SHAREGPT,
            "{\"conversations\":[{\"from\":\"function_call\",\"value\":\"%s\"}]}"
                .formatted(words)));
  }

  @Test
  void aTextIsAPassageUnlessItsTurnsAreMarked() throws InexpressibleException {
    assertEquals(
        new Passage("Once <|im_start|>", Example.NO_FIELDS),
        whole(LineFormat.TEXT, "{\"text\":\"Once <|im_start|>\"}"));
    String marked = written(LineFormat.TEXT, TWO);
    assertEquals(
        "{\"text\":\"<|im_start|>user\\n"
            + "Why?<|im_end|>\\n"
            + "<|im_start|>assistant\\n"
            + "So.<|im_end|>\\n"
            + "\"}",
        marked);
    assertEquals(TWO, whole(LineFormat.TEXT, marked));
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatReadsWhatItWrites(LineFormat format) throws InexpressibleException {
    Example example =
        new Conversation(
            List.of(
                new Message(Role.SYSTEM, "\"quoted\" \\ \u2028"),
                new Message(Role.USER, "a"),
                new Message(Role.ASSISTANT, "b"),
                new Message(Role.USER, "c\n"),
                new Message(Role.ASSISTANT, "```\n\td\n```")),
            fields("meta", "{\"source_url\":\"https://example.org/\"}"));
    assertEquals(example, whole(format, written(format, example)));
    assertEquals(Optional.of(format), detect(written(format, example)));
  }

  private static Optional<LineFormat> detect(String line) {
    return LineFormat.detect(bytes(line), 0, bytes(line).length);
  }

  @Test
  void aLineWithoutAMarkHasNoFormat() {
    assertEquals(Optional.empty(), detect("{\"prompt\":\"a\"}"));
    assertEquals(Optional.empty(), detect("[1]"));
    assertEquals(Optional.empty(), detect(""));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "[]|0 an array, not a JSON object",
        "~~|0 nothing, not a JSON object",
        "{}|0 there is no 'messages'",
        "{\"messages\":{}}|12 'messages' is an object, not an array",
        "{\"messages\":[]}|12 there are no turns",
        "{\"messages\":[7]}|13 a turn is a number, not an object",
        "{\"messages\":[{\"role\":\"user\"}]}|13 a turn has no 'content'",
        "{\"messages\":[{\"content\":\"a\"}]}|13 a turn has no 'role'",
        "{\"messages\":[{\"role\":\"user\",\"content\":null}]}|38 'content' is null, not a string",
        "{\"messages\":[{\"role\":1,\"content\":\"a\"}]}|21 'role' is a number, not a string",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} {}|45 something follows the object;"
            + " one object a line",
        "{\"meta\":1,\"meta\":2,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}|10 'meta' is"
            + " there twice",
      })
  void saysWhatIsWrongAndWhere(String line, String problem) {
    assertEquals(List.of(problem), problems(LineFormat.CHATML, line == null ? "" : line));
  }

  @Test
  void tellsAllProblemsOfALine() {
    assertEquals(
        List.of(
            "21 'User' is no role of this format; its roles are system, user, assistant, tool",
            "38 'content' is an array, not a string",
            "43 a turn has no 'role'"),
        problems(
            LineFormat.CHATML,
            "{\"messages\":[{\"role\":\"User\",\"content\":[1]},{\"content\":\"b\"}]}"));
  }

  @Test
  void aRoleByAnotherNameCanBeRepaired() {
    Reading.Broken broken =
        assertInstanceOf(
            Reading.Broken.class,
            read(
                LineFormat.CHATML,
                "{\"messages\":[{\"role\":\"human\",\"content\":\"a\"},"
                    + "{\"role\":\"narrator\",\"content\":\"b\"}]}"));
    assertEquals(new LineProblem.Edit(21, 28, "\"user\""), broken.problems().get(0).repair());
    assertEquals(null, broken.problems().get(1).repair());
  }

  @Test
  void whatAFormatHasNoPlaceForIsNotDropped() {
    Conversation named =
        new Conversation(
            List.of(
                new Message(Role.USER, "a", fields("name", "\"Ann\"")),
                new Message(Role.ASSISTANT, "b")),
            Example.NO_FIELDS);
    assertRefused(LineFormat.ALPACA, named, "turn 1 has 'name', for which alpaca has no place");
    assertRefused(
        LineFormat.CHATML,
        new Passage("a", Example.NO_FIELDS),
        "it is a text without turns, and chatml has nothing but turns");
    assertRefused(
        LineFormat.ALPACA,
        new Conversation(List.of(new Message(Role.ASSISTANT, "a")), Example.NO_FIELDS),
        "alpaca has rounds of user and assistant, and turn 1 is of the assistant");
    assertRefused(
        LineFormat.TEXT,
        new Conversation(List.of(new Message(Role.USER, "<|im_end|>")), Example.NO_FIELDS),
        "the user says <|im_start|> or <|im_end|>, which marks the turns of a text");
    assertRefused(
        LineFormat.TEXT,
        new Conversation(TWO.messages(), fields("text", "1")),
        "its field 'text' means something else in text");
    assertRefused(
        LineFormat.CHATML,
        new Conversation(List.of(new Message(Role.USER, "\ud800")), Example.NO_FIELDS),
        "it has half a surrogate pair, which UTF-8 cannot write");
  }

  private static void assertRefused(LineFormat format, Example example, String why) {
    assertEquals(
        why, assertThrows(InexpressibleException.class, () -> format.write(example)).getMessage());
  }

  @Test
  void everyTruncationIsAnErrorAndNothingWorse() {
    byte[] line = bytes(CHATML);
    for (LineFormat format : LineFormat.values()) {
      for (int length = 0; length < line.length; length++) {
        assertInstanceOf(Reading.Broken.class, format.read(line, 0, length), "at " + length);
      }
    }
  }

  @Test
  void flippedBitsAreReadOrRefused() {
    Random random = new Random(7);
    int broken = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] line = bytes(CHATML);
      for (int flips = 0; flips <= round % 3; flips++) {
        line[random.nextInt(line.length)] ^= (byte) (1 << random.nextInt(8));
      }
      LineScan.suspicious(line, 0, line.length);
      for (LineFormat format : LineFormat.values()) {
        broken += format.read(line, 0, line.length) instanceof Reading.Broken ? 1 : 0;
      }
    }
    assertTrue(broken > 60_000, "most flips were noticed: " + broken);
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "{\"messages\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    List<String> problems = problems(LineFormat.CHATML, deep);
    assertTrue(problems.getLast().contains("nested deeper than 1000 levels"), problems.toString());
    assertEquals(Optional.empty(), detect("{\"a\":" + "[".repeat(100_000)));
  }

  @Test
  void aStringMayBeLong() {
    String content = "x".repeat(25_000_000);
    Conversation read =
        (Conversation)
            whole(
                LineFormat.CHATML,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]}");
    assertEquals(content.length(), read.messages().getFirst().content().length());
  }
}
