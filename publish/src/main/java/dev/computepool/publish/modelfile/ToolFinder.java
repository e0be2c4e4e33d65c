package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.publish.modelfile.Chat.Call;
import dev.computepool.publish.modelfile.Chat.Turn;
import dev.computepool.publish.modelfile.ShapeFinder.NoShapeException;
import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import dev.computepool.publish.modelfile.ToolShape.Calls;
import dev.computepool.publish.modelfile.ToolShape.Results;
import dev.computepool.publish.modelfile.TurnShape.SystemShape;
import java.util.List;
import java.util.Optional;

/// Finds out how a chat template writes tools, calls and what tools answer, by having it write
/// some, as {@link ShapeFinder} does with all else.
final class ToolFinder {
  /// Longer texts of one question and two small tools are not looked at, in characters: each of
  /// them may begin JSON.
  private static final int MAX_TEXT = 1 << 16;

  private static final ArrayNode TOOLS =
      JsonNodeFactory.instance.arrayNode().add(tool("Qtol1Z")).add(tool("Qtol2Z"));
  private static final Call CALL_1 = call(1);
  private static final Call CALL_2 = call(2);
  private static final String QUESTION = "Qusr1Z";
  private static final String SAID = "Qasw1Z";
  private static final String RESULT_1 = "Qres1Z";
  private static final String RESULT_2 = "Qres2Z";
  private static final String ARGUMENTS_1 = "Qarg1Z";
  private static final String ARGUMENTS_2 = "Qarg2Z";
  private static final List<String> WORDS =
      List.of(
          QUESTION,
          SAID,
          CALL_1.name(),
          CALL_2.name(),
          ARGUMENTS_1,
          ARGUMENTS_2,
          RESULT_1,
          RESULT_2);

  private final Jinja jinja;
  private final ToolList list;
  private final TurnShape turns;

  private ToolFinder(Jinja jinja, ToolList list, TurnShape turns) {
    this.jinja = jinja;
    this.list = list;
    this.turns = turns;
  }

  private static ObjectNode tool(String name) {
    ObjectNode tool = JsonNodeFactory.instance.objectNode().put("type", "function");
    ObjectNode function = tool.putObject("function").put("name", name).put("description", "Qdsc");
    ObjectNode parameters = function.putObject("parameters").put("type", "object");
    parameters.putObject("properties").putObject("Qprp").put("type", "string");
    parameters.putArray("required").add("Qprp");
    return tool;
  }

  private static Call call(int number) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("Qkey" + number, "Qval");
    return new Call("Qcall000" + number, "Qnam" + number + "Z", arguments);
  }

  /// How a template writes what has to do with tools.
  ///
  /// @param plain how it writes the rest, without tools
  /// @return nothing if that is not understood
  static Optional<ToolShape> find(Jinja template, TurnShape plain) {
    Jinja jinja = template.at(Dates.PROBE).with(TOOLS);
    Optional<ToolList> list =
        jinja
            .text(Chat.of("u", QUESTION), true)
            .filter(text -> text.length() <= MAX_TEXT)
            .flatMap(text -> ToolList.find(text, TOOLS.get(0), TOOLS.get(1)));
    if (list.isEmpty()) {
      return Optional.empty();
    }
    try {
      ToolList found = list.get();
      TurnShape turns = new ShapeFinder(jinja, text -> marked(found, text)).find();
      return isLike(plain, turns)
          ? Optional.of(new ToolFinder(jinja, found, turns).find())
          : Optional.empty();
    } catch (NoShapeException _) {
      return Optional.empty();
    }
  }

  private static String marked(ToolList list, String text) {
    return Dates.mark(list.mark(text, TOOLS.get(0), TOOLS.get(1)));
  }

  /// Whether conversations with tools differ only in how they begin.
  private static boolean isLike(TurnShape plain, TurnShape told) {
    return plain.question().equals(told.question())
        && plain.questionEnd().equals(told.questionEnd())
        && plain.prompt().equals(told.prompt())
        && plain.answer().equals(told.answer())
        && plain.answerEnd().equals(told.answerEnd())
        && plain.openAnswer().equals(told.openAnswer())
        && (plain.system().equals(told.system())
            || (plain.system() instanceof SystemShape.First one
                && told.system() instanceof SystemShape.First other
                && one.later().equals(other.later())));
  }

  private Optional<Cut> cut(boolean prompt, Turn... turns) {
    return jinja
        .text(Chat.of(turns), prompt)
        .map(text -> replaced(replaced(text, CALL_1, ARGUMENTS_1), CALL_2, ARGUMENTS_2))
        .map(text -> Cut.of(marked(list, text), WORDS));
  }

  /// The text with a word in place of what a call is given.
  private static String replaced(String text, Call call, String word) {
    return JsonWithin.find(call.arguments(), text, 0)
        .map(found -> text.substring(0, found.start()) + word + text.substring(found.end()))
        .orElse(text);
  }

  private static NoShapeException noShape(String why) {
    return new NoShapeException(Refusal.SHAPE, why);
  }

  private static String without(String text, String begin, String end) throws NoShapeException {
    if (!text.startsWith(begin)
        || !text.endsWith(end)
        || text.length() < begin.length() + end.length()) {
      throw noShape("calls do not begin and end as other turns do");
    }
    return text.substring(begin.length(), text.length() - end.length());
  }

  private ToolShape find() throws NoShapeException {
    Turn question = new Turn(Chat.USER, QUESTION);
    Turn calling = Turn.calling("", CALL_1);
    Turn result = Turn.result(CALL_1, RESULT_1);
    Cut one =
        cut(true, question, calling, result)
            .filter(cut -> cut.has(QUESTION, CALL_1.name(), ARGUMENTS_1, RESULT_1))
            .orElseThrow(() -> noShape("it does not write a call and what a tool answers"));
    String begin = turns.questionEnd() + turns.answer();
    String first = without(one.text(1), begin, "");
    String middle = one.text(2);
    String end =
        cut(false, question, calling)
            .filter(cut -> cut.has(QUESTION, CALL_1.name(), ARGUMENTS_1))
            .map(cut -> cut.text(3))
            .orElseThrow(() -> noShape("it does not write a call that nothing follows"));
    String before = without(one.text(3), end, "");
    String after = without(one.text(4), "", turns.prompt());
    Optional<Cut> two =
        cut(true, question, Turn.calling("", CALL_1, CALL_2), result, Turn.result(CALL_2, RESULT_2))
            .filter(
                cut ->
                    cut.has(
                        QUESTION,
                        CALL_1.name(),
                        ARGUMENTS_1,
                        CALL_2.name(),
                        ARGUMENTS_2,
                        RESULT_1,
                        RESULT_2));
    // A template that takes one call at a time does not say what would stand between two.
    int tail = end.endsWith(turns.answerEnd()) ? end.length() - turns.answerEnd().length() : 0;
    String next = two.map(cut -> cut.text(3)).orElse(end.substring(0, tail) + first);
    String between = two.map(cut -> cut.text(6)).orElse(after + before);
    Optional<String> wordsEnd = wordsEnd(begin, first);
    Calls calls = new Calls(wordsEnd.isPresent(), wordsEnd.orElse(""), first, middle, next, end);
    return new ToolShape(turns, list, calls, results(before, between, after));
  }

  /// What ends words before a call; nothing if they are left out.
  private Optional<String> wordsEnd(String begin, String first) throws NoShapeException {
    Cut cut =
        cut(
                true,
                new Turn(Chat.USER, QUESTION),
                Turn.calling(SAID, CALL_1),
                Turn.result(CALL_1, RESULT_1))
            .orElseThrow(() -> noShape("it refuses words before a call"));
    if (cut.has(QUESTION, CALL_1.name(), ARGUMENTS_1, RESULT_1)) {
      return Optional.empty();
    }
    if (!cut.has(QUESTION, SAID, CALL_1.name(), ARGUMENTS_1, RESULT_1)
        || !cut.text(1).equals(begin)) {
      throw noShape("it does not write words before a call where an answer begins");
    }
    return Optional.of(without(cut.text(2), "", first));
  }

  private Results results(String first, String next, String end) throws NoShapeException {
    boolean quoted =
        first.endsWith("\"")
            && cut(
                    true,
                    new Turn(Chat.USER, QUESTION),
                    Turn.calling("", CALL_1),
                    Turn.result(CALL_1, RESULT_1 + "\"" + RESULT_2))
                .filter(cut -> cut.has(QUESTION, CALL_1.name(), ARGUMENTS_1, RESULT_1, RESULT_2))
                .filter(cut -> cut.text(4).equals("\\\""))
                .isPresent();
    return quoted
        ? new Results(
            without(first, "", "\""), without(next, "\"", "\""), without(end, "\"", ""), true)
        : new Results(first, next, end, false);
  }
}
