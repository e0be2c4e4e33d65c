package dev.computepool.chat.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.chat.template.TemplateException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  private static final String CHATML =
      "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}"
          + "{% if add_generation_prompt %}<assistant>{% endif %}";

  private static ArrayNode messages(String... rolesAndContents) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      messages.addObject().put("role", rolesAndContents[i]).put("content", rolesAndContents[i + 1]);
    }
    return messages;
  }

  private static final ChatInput CHAT =
      ChatInput.of(
          messages("system", "s", "user", "q", "assistant", "a1", "user", "r", "assistant", "a2"));

  private static String render(String template) throws TemplateException {
    return ChatTemplate.parse("t.jinja", template).render(CHAT).text();
  }

  private static TemplateException fails(String template) {
    return assertThrows(TemplateException.class, () -> render(template));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "{{ 1 + }}                              ; SYNTAX ; 1 ; 8 ; unexpected '}}', expected an"
            + " expression",
        "{% if a %}                             ; SYNTAX ; 1 ; 11 ; unexpected the end of the"
            + " template, expected {% X",
        "{{ 'abc }}                             ; SYNTAX ; 1 ; 4 ; string is not closed",
        "{{ a|nope }}                           ; SYNTAX ; 1 ; 6 ; there is no filter 'nope'",
        "{% for m in messages %}{{ m.x.y }}{% endfor %} ; VALUE ; 1 ; 31 ; 'dict object' has no"
            + " attribute 'x'",
        "{{ 1 + messages }}                     ; VALUE ; 1 ; 4 ; '+' is not defined between"
            + " 'int' and 'list'",
        "{{ raise_exception('no tools') }}      ; REFUSED ; 1 ; 19 ; no tools",
        "{{ 'a'.upper(1) }}                     ; VALUE ; 1 ; 13 ; upper takes 0 arguments, got"
            + " 1",
      })
  void errorsSayWhereTheyAre(String template, Reason reason, int line, int column, String what) {
    TemplateException e = fails(template.strip());
    assertEquals(reason, e.reason());
    assertEquals(new Position(line, column), e.position());
    assertTrue(e.what().startsWith(what.strip().replace("{% X", "")), e.what());
    assertTrue(
        String.valueOf(e.getMessage())
            .startsWith("t.jinja at line %d, column %d: ".formatted(line, column)));
  }

  @Test
  void positionsCountLinesWhateverEndsThem() {
    assertEquals(new Position(4, 4), fails("a\r\nb\rc\n{{ 1 + 'x' }}").position());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(10 ** 9) %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 10 ** 9 }}",
        "{{ 'x' * 10 ** 30 }}",
        "{{ [1] * 10 ** 9 }}",
        "{{ 10 ** (10 ** 10) }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% set ns = namespace(x='x') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{%"
            + " endfor %}",
        "{% set ns = namespace(x='x') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{%"
            + " endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{%"
            + " endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{%"
            + " endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{%"
            + " endfor %}{{ ns.x|tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x]"
            + " %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor"
            + " %}{{ ns.x }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for i in [[1]] recursive %}{{ loop([i]) }}{% endfor %}",
        "{{ 'a'.center(10 ** 10) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ '%.999999999f' % 1 }}",
        "{{ 'a'|indent(10 ** 10) }}",
        "{{ [1]|tojson(indent=10 ** 10) }}",
        "{{ ('x' * 10000)|replace('x', 'y' * 100000) }}",
        "{{ ('x' * 10000)|list|join('y' * 100000) }}",
        "{{ 'x'.zfill(10 ** 12) }}",
        "{{ '\\t'.expandtabs(10 ** 9) }}",
        "{{ [1]|batch(10 ** 9, 0)|list }}",
        "{{ [1]|slice(10 ** 9)|list }}",
        "{{ messages|map('string')|list|join|list|length }}{% for i in range(99999) %}{{ 'x' * 9999"
            + " }}{% endfor %}"
      })
  void aHostileTemplateEndsWithAnError(String template) {
    TemplateException e =
        assertThrows(
            TemplateException.class,
            () ->
                ChatTemplate.parse("t", template)
                    .within(new Limits(2_000_000, 8 << 20, 64 << 20, 200, Duration.ofMinutes(5)))
                    .render(CHAT));
    assertEquals(Reason.LIMIT, e.reason(), e.what());
    assertFalse(e.what().endsWith(" seconds"), e.what()); // another limit is reached before
  }

  @Test
  void timeIsALimit() throws TemplateException {
    ChatTemplate template =
        ChatTemplate.parse(
            "t", "{% for i in range(99999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}");
    Limits hasty = new Limits(Long.MAX_VALUE, 1000, 1000, 10, Duration.ofMillis(50));
    TemplateException e =
        assertThrows(TemplateException.class, () -> template.within(hasty).render(CHAT));
    assertEquals(Reason.LIMIT, e.reason());
  }

  /// Of brackets, and of operators whose left side is all that stands before them.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "(;1;);204",
        "[;1;];204",
        "{1:;1;};602",
        "x[;1;];204",
        "f(;1;);204",
        "-;1;\"\";204",
        "\"not \";1;\"\";808",
        "\"1 if 2 else \";1;\"\";2397",
        "\"1 is eq \";1;\"\";1604",
        "\"1 + \";1;\"\";804",
        "\"1 * \";1;\"\";804",
        "\"2 ** \";1;\"\";1004",
        "\"1 or \";1;\"\";1004",
        "\"1 and \";1;\"\";1204",
        "\"\";1;\" if 2\";1004",
        "\"\";x;.y;405",
        "\"\";x;|upper;1205",
        "\"\";x;();404",
        "\"\";x;[1];600"
      })
  void deepNestingIsRefusedWhereItIs(String before, String middle, String after, int column)
      throws TemplateException {
    TemplateException e =
        fails("a\n{{ " + before.repeat(10_000) + middle + after.repeat(10_000) + " }}");
    assertEquals(
        "t.jinja at line 2, column %d: expressions are nested deeper than 200".formatted(column),
        e.getMessage());
    assertEquals(Reason.SYNTAX, e.reason());
    ChatTemplate.parse("t", "{{ " + before.repeat(90) + middle + after.repeat(90) + " }}");
  }

  @Test
  void blocksAndNamesThatAreNestedDeeplyAreRefusedWhereTheyAre() {
    assertEquals(
        "t.jinja at line 2, column 1011: blocks are nested deeper than 100",
        fails("a\n" + "{% if 1 %}".repeat(100_000)).getMessage());
    assertEquals(
        "t.jinja at line 1, column 209: expressions are nested deeper than 200",
        fails("{% set " + "(".repeat(300) + "x" + ")".repeat(300) + " = 1 %}").getMessage());
  }

  /// On the stack that a thread has by default.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "[X]; '' ~ ns.x; 4",
        "{1: X}; '' ~ ns.x; 4",
        "[X]; ns.x|tojson; 9",
        "{'a': X}; ns.x|tojson; 9",
        "[X]; ns.x == ns.y; 4",
        "{1: X}; ns.x == ns.y; 4",
        "[X]; ns.x < ns.y; 4",
        "[X]; '%r' % ns.x; 4",
        "X|map('string'); ns.x|list; 9",
        "X|select; ns.x|list; 9"
      })
  void valuesThatAreNestedDeeplyAreRefusedWhereTheyAreRead(String nested, String read, int column) {
    TemplateException e =
        fails(
            "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(9999) %}"
                + ("{% set ns.x = " + nested.replace("X", "ns.x") + " %}")
                + ("{% set ns.y = " + nested.replace("X", "ns.y") + " %}")
                + ("{% endfor %}\n{{ " + read + " }}"));
    assertEquals(
        "t.jinja at line 2, column %d: blocks, expressions, calls or values are nested deeper"
                .formatted(column)
            + " than 800",
        e.getMessage());
    assertEquals(Reason.LIMIT, e.reason());
  }

  @Test
  void aKeyIsNoDeepTuple() {
    TemplateException e =
        fails(
            "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = (ns.x,) %}"
                + "{% endfor %}\n{{ {ns.x: 1} }}");
    assertEquals(
        "t.jinja at line 2, column 4: a key is a tuple that is nested deeper than 200",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% macro m(a) %}\n{{ m(1) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(a) %}\n"
            + "{{ [(m(1) ~ 'x')|length, 1 + 1][0] if a else 0 }}{% endmacro %}{{ m(1) }}",
        "{% macro m(a) %}\n{% if 1 %}{% for i in a %}{{ m([i]) }}{% endfor %}{% endif %}"
            + "{% endmacro %}{{ m([1]) }}",
        "\n{% macro m() %}{{ caller() }}{% endmacro %}{% macro k() %}{% call m() %}{{ k() }}"
            + "{% endcall %}{% endmacro %}{{ k() }}",
        "{% macro m(a,\nb=m(1)) %}{% endmacro %}{{ m(1) }}",
        "{% for i in [[1]] recursive %}\n{{ loop([i]) }}{% endfor %}"
      })
  void callsWithoutEndAreRefusedWhereTheyAre(String template) {
    TemplateException e = fails(template);
    assertEquals(Reason.LIMIT, e.reason());
    assertEquals("blocks, expressions, calls or values are nested deeper than 800", e.what());
    assertEquals(2, e.position().line(), e.getMessage());
  }

  @Test
  void everyTruncationAndFlippedBitIsATemplateOrAnError() throws IOException {
    Random random = new Random(7);
    Limits small = new Limits(100_000, 1 << 20, 8 << 20, 50, Duration.ofSeconds(5));
    for (var line : LanguageTest.language().get("cases")) {
      String template = line.get("template").textValue();
      for (int end = 0; end < template.length(); end++) {
        survives(template.substring(0, end), small);
      }
      for (int i = 0; i < 8 && !template.isEmpty(); i++) {
        StringBuilder flipped = new StringBuilder(template);
        int at = random.nextInt(template.length());
        flipped.setCharAt(at, (char) (template.charAt(at) ^ (1 << random.nextInt(7))));
        survives(flipped.toString(), small);
      }
    }
  }

  @Test
  void randomWordsAreATemplateOrAnError() {
    List<String> words =
        List.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "+",
            "if",
            "for",
            "in",
            "endfor",
            "endif",
            "set",
            "else",
            "macro",
            "endmacro",
            "call",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "|",
            "~",
            "=",
            "==",
            "x",
            "messages",
            "loop",
            "1",
            "'a'",
            ".",
            "is",
            "not",
            "defined",
            "upper",
            "join",
            "raw",
            "endraw",
            "generation",
            "*",
            "**",
            "\n",
            " ");
    Random random = new Random(11);
    Limits small = new Limits(100_000, 1 << 20, 8 << 20, 50, Duration.ofSeconds(5));
    for (int i = 0; i < 5_000; i++) {
      StringBuilder template = new StringBuilder(i % 2 == 0 ? "{{ " : "{% ");
      for (int j = 0; j < random.nextInt(20); j++) {
        template.append(words.get(random.nextInt(words.size()))).append(' ');
      }
      survives(template.append(i % 2 == 0 ? " }}" : " %}").toString(), small);
    }
  }

  /// Anything but a text or a {@link TemplateException} ends the test.
  private static void survives(String template, Limits limits) {
    try {
      ChatTemplate.parse("t", template).within(limits).render(CHAT);
    } catch (TemplateException e) {
      assertTrue(e.position().line() > 0 && e.position().column() > 0, template);
    }
  }

  private static List<String> parts(ChatText chat, List<TextRange> ranges) {
    return ranges.stream().map(r -> chat.text().substring(r.start(), r.end())).toList();
  }

  private static List<String> turns(ChatText chat) {
    return chat.turns().stream()
        .map(turn -> turn.range().map(r -> chat.text().substring(r.start(), r.end())).orElse("?"))
        .toList();
  }

  @Test
  void turnsAreTheDifferencesOfPrefixes() throws TemplateException {
    ChatText chat = ChatTemplate.parse("t", CHATML).renderTurns(CHAT);
    assertEquals(ChatText.Source.PREFIXES, chat.source());
    assertEquals(
        List.of("<system>s</>", "<user>q</>", "<assistant>a1</>", "<user>r</>", "<assistant>a2</>"),
        turns(chat));
    assertEquals(List.of("a1</>", "a2</>"), parts(chat, chat.assistant()));
    assertEquals(Optional.empty(), chat.doubt());
  }

  @Test
  void theGenerationPromptBelongsToNoTurn() throws TemplateException {
    ChatText chat = ChatTemplate.parse("t", CHATML).renderTurns(CHAT.withGenerationPrompt(true));
    assertTrue(chat.text().endsWith("</><assistant>"));
    assertEquals("<assistant>a2</>", turns(chat).getLast());
  }

  @Test
  void marksOfTheTemplateComeFirst() throws TemplateException {
    ChatText chat =
        ChatTemplate.parse(
                "t",
                "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}"
                    + "{% generation %}{{ m.content }}!{% endgeneration %}{% endif %}{% endfor %}")
            .renderTurns(CHAT);
    assertEquals(ChatText.Source.MARKS, chat.source());
    assertEquals(List.of("a1!", "a2!"), parts(chat, chat.assistant()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% macro say(m) %}<{% generation %}{{ m.content }}!{% endgeneration %}>{% endmacro %}"
            + "{% for m in messages %}[{% if m.role == 'assistant' %}{{ say(m) }}{% endif %}]"
            + "{% endfor %}",
        "{% macro outer(m) %}.{{ caller() }}.{% endmacro %}{% for m in messages %}"
            + "{% if m.role == 'assistant' %}{% call outer(m) %}-{% generation %}{{ m.content }}!"
            + "{% endgeneration %}{% endcall %}{% endif %}{% endfor %}",
        "{% for m in messages %}{% if m.role == 'assistant' %}{% set said %}:{% generation %}"
            + "{{ m.content }}!{% endgeneration %}{% endset %}{{ m.role }}{{ said }}{% endif %}"
            + "{% endfor %}",
        "{% macro say(m) %}{% generation %}{{ m.content }}!{% endgeneration %}{% endmacro %}"
            + "{% macro turn(m) %}<{{ m.role }}>{{ say(m) }}{% endmacro %}"
            + "{% for m in messages %}{% if m.role == 'assistant' %}{{ turn(m) }}{% endif %}"
            + "{% endfor %}",
      })
  void marksAreFoundWhereMacrosAndBlocksAreWritten(String template) throws TemplateException {
    ChatText chat = ChatTemplate.parse("t", template).renderTurns(CHAT);
    assertEquals(ChatText.Source.MARKS, chat.source());
    assertEquals(List.of("a1!", "a2!"), parts(chat, chat.assistant()));
  }

  /// What is left of the marks would say that the other answers are not learned.
  @Test
  void oneMarkThatIsLostMakesTheOthersCountForNothing() throws TemplateException {
    String template =
        "{% macro say(m) %}{% generation %}{{ m.content }}</>{% endgeneration %}{% endmacro %}"
            + "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' and loop.last %}"
            + "{{ say(m) | trim }}{% elif m.role == 'assistant' %}{{ say(m) }}{% else %}"
            + "{{ m.content }}</>{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}";
    ChatText chat = ChatTemplate.parse("t", template).renderTurns(CHAT);
    assertEquals(ChatText.Source.PREFIXES, chat.source());
    assertEquals(List.of("a1</>", "a2</>"), parts(chat, chat.assistant()));
  }

  /// As Qwen3 does: thoughts are kept only behind the last question.
  @Test
  void whereTheLastTurnIsSpecialLoopsTell() throws TemplateException {
    String template =
        "{% for m in messages %}<{{ m.role }}>{% if loop.last %}<think></think>{% endif %}"
            + "{{ m.content }}</>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
    ChatText chat = ChatTemplate.parse("t", template).renderTurns(CHAT);
    assertEquals(ChatText.Source.LOOPS, chat.source());
    assertEquals(List.of("a1</>", "<think></think>a2</>"), parts(chat, chat.assistant()));
    assertEquals("<user>q</>", turns(chat).get(1));
  }

  @Test
  void whatCannotBeKnownIsSaid() throws TemplateException {
    String template =
        "{{ messages|length }}{% set ns = namespace(t='') %}{% for m in messages %}"
            + "{% set ns.t = ns.t ~ m.content %}{% endfor %}{{ ns.t }}";
    ChatText chat = ChatTemplate.parse("t", template).renderTurns(CHAT);
    assertEquals("5sqa1ra2", chat.text());
    assertEquals(ChatText.Source.UNKNOWN, chat.source());
    assertEquals(List.of(), chat.assistant());
    assertTrue(chat.doubt().orElse("").contains("[0, 1, 2, 3, 4]"), chat.doubt().toString());
  }

  @Test
  void withoutAPromptTheWordsAreFound() throws TemplateException {
    String template =
        "{% for m in messages %}{% if m.role == 'user' %}[I]{{ m.content }}[/I]"
            + "{% elif m.role == 'assistant' %} {{ m.content }}</s>{% endif %}{% endfor %}";
    ChatText chat =
        ChatTemplate.parse("t", template)
            .renderTurns(ChatInput.of(messages("user", "q", "assistant", "a")));
    assertEquals(List.of("a</s>"), parts(chat, chat.assistant()));
  }

  @Test
  void aTemplateRendersManyConversationsAtOnce() throws Exception {
    ChatTemplate template = ChatTemplate.parse("t", CHATML);
    List<Future<?>> conversations = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int thread = 0; thread < 8; thread++) {
        String name = thread + ".";
        conversations.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    ChatInput input = ChatInput.of(messages("user", name + i));
                    assertEquals("<user>" + name + i + "</>", template.render(input).text());
                  }
                  return null;
                }));
      }
      for (Future<?> each : conversations) {
        each.get();
      }
    }
  }

  @Test
  void textsOfTokensReachTheTemplate() throws IOException {
    ChatInput input =
        ChatInput.of((ArrayNode) new JsonMapper().readTree("[]"))
            .withTexts(Map.of("bos_token", "<s>"));
    assertEquals(
        "<s>|None|False",
        ChatTemplate.parse("t", "{{ bos_token }}|{{ tools }}|{{ add_generation_prompt }}")
            .render(input)
            .text());
  }
}
