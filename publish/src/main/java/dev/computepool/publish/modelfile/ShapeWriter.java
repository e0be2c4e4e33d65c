package dev.computepool.publish.modelfile;

import dev.computepool.publish.modelfile.ToolShape.Calls;
import dev.computepool.publish.modelfile.ToolShape.Results;
import dev.computepool.publish.modelfile.TurnShape.LaterTurn;
import dev.computepool.publish.modelfile.TurnShape.SystemShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a Go template that writes turns in a shape.
///
/// The variables: `$final` is true for the last message, `$system` is what the system says, `$told`
/// whether there is such a message first, `$first` whether a question is the first, `$before` the
/// role of the message before.
final class ShapeWriter {
  private static final String TOLD = "and .Messages (eq (index .Messages 0).Role \"system\")";

  private final TurnShape shape;
  private final @Nullable ToolShape tools;
  private final GoText out = new GoText();

  /// How conversations begin: without tools, and with them if they are written.
  private final List<TurnShape> beginnings = new ArrayList<>();

  /// Whether the system's first message is a turn like its later ones.
  private final boolean ordinary;

  private ShapeWriter(TurnShape shape, @Nullable ToolShape tools) {
    this.shape = shape;
    this.tools = tools;
    beginnings.add(shape);
    if (tools != null) {
      beginnings.add(tools.turns());
    }
    this.ordinary = beginnings.stream().allMatch(ShapeWriter::isOrdinary);
  }

  private static boolean isOrdinary(TurnShape shape) {
    return shape.opening().equals(shape.question())
        && shape.system() instanceof SystemShape.First first
        && first.empty().equals(first.before() + first.after())
        && first
            .later()
            .map(
                later ->
                    first.before().equals(later.before())
                        && first.after().equals(later.after() + shape.question()))
            .orElse(false);
  }

  /// @param tools how tools are written; null if they are not
  static String write(TurnShape shape, @Nullable ToolShape tools) {
    return new ShapeWriter(shape, tools).write();
  }

  /// Whether what begins a conversation can be written before its first question, whose own
  /// beginning is then that of all.
  private static boolean opensApart(TurnShape shape) {
    return shape.opening().endsWith(shape.question())
        && switch (shape.system()) {
          case SystemShape.First first ->
              first.after().endsWith(shape.question()) && first.empty().endsWith(shape.question());
          case SystemShape.InLastQuestion _, SystemShape.Ignored _, SystemShape.Refused _ -> true;
        };
  }

  private String write() {
    if (Dates.isMarked(beginnings.toString())) {
      out.line("$day := currentDate");
    }
    boolean apart = ordinary || beginnings.stream().allMatch(ShapeWriter::opensApart);
    if (!ordinary) {
      declare();
      if (apart) {
        open(shape.question().length());
      } else {
        out.line("$first := true");
      }
    }
    boolean runs = tools != null && !tools.results().areTurns();
    if (runs) {
      out.line("$before := \"\"");
    }
    out.line("range $i, $m := .Messages");
    out.line("$final := eq (len (slice $.Messages $i)) 1");
    question(apart);
    answer();
    if (tools != null) {
      results(tools.results());
    }
    if (shape.system() instanceof SystemShape.First first && first.later().isPresent()) {
      LaterTurn later = first.later().get();
      out.line(
          ordinary ? "else if eq $m.Role \"system\"" : "else if and $i (eq $m.Role \"system\")");
      put(later.before());
      out.action("$m.Content");
      put(later.after());
    }
    out.line("end");
    if (runs) {
      out.line("$before = $m.Role");
    }
    out.line("end");
    return out.toString();
  }

  /// Text with marks in it.
  private void put(String marked) {
    if (tools == null) {
      out.dated(marked);
      return;
    }
    boolean after = false;
    for (String text : marked.split(ToolList.MARK, -1)) {
      if (after) {
        list(tools.list());
      }
      out.dated(text);
      after = true;
    }
  }

  private void list(ToolList list) {
    out.action("range $k, $t := $.Tools");
    if (!list.between().isEmpty()) {
      out.action("if $k").text(list.between()).action("end");
    }
    out.action(list.functions() ? "json $t.Function" : "json $t").action("end");
  }

  private void declare() {
    switch (shape.system()) {
      case SystemShape.First first -> {
        if (first.later().isPresent()) {
          out.line("$told := " + TOLD).line("$system := \"\"");
          out.line("if $told").line("$system = (index .Messages 0).Content").line("end");
        } else {
          if (!beginnings.stream().allMatch(ShapeWriter::emptyIsNone)) {
            out.line("$told := " + TOLD);
          }
          out.line("$system := .System");
        }
      }
      case SystemShape.InLastQuestion _, SystemShape.Refused _ -> out.line("$system := .System");
      case SystemShape.Ignored _ -> {}
    }
  }

  /// Whether a system that says nothing is as good as none.
  private static boolean emptyIsNone(TurnShape shape) {
    return shape.system() instanceof SystemShape.First first
        && first.empty().equals(shape.opening());
  }

  private static String cut(String text, int end) {
    return text.substring(0, text.length() - end);
  }

  /// What begins a conversation, without so many characters at its end.
  private void open(int without) {
    if (beginnings.stream().distinct().count() == 1) {
      open(shape, without);
      return;
    }
    out.line("if $.Tools");
    open(beginnings.getLast(), without);
    out.line("else");
    open(shape, without);
    out.line("end");
  }

  private void open(TurnShape turns, int without) {
    String opening = cut(turns.opening(), without);
    if (!(turns.system() instanceof SystemShape.First first)) {
      put(opening);
      return;
    }
    String after = cut(first.after(), without);
    String empty = cut(first.empty(), without);
    boolean emptyIsTold = empty.equals(first.before() + after);
    if (emptyIsNone(turns) && emptyIsTold) {
      system(first.before(), after);
      return;
    }
    out.line(emptyIsTold ? "if $told" : "if $system");
    system(first.before(), after);
    if (!emptyIsTold && !emptyIsNone(turns)) {
      out.line("else if $told");
      put(empty);
    }
    if (!opening.isEmpty()) {
      out.line("else");
      put(opening);
    }
    out.line("end");
  }

  private void system(String before, String after) {
    put(before);
    out.action("$system");
    put(after);
  }

  private void question(boolean apart) {
    out.line("if eq $m.Role \"user\"");
    switch (shape.system()) {
      case SystemShape.InLastQuestion(String before, String after) -> {
        out.line("if and $final $system");
        system(before, after);
        out.line("else");
        put(shape.question());
        out.line("end");
      }
      case SystemShape.Refused _ -> {
        // The template has no say in it: the words stand before the question, as Gemma 3 has them.
        begin(apart);
        out.line("if $system")
            .action("$system")
            .text("\n\n")
            .action("$system = \"\"")
            .action("end");
      }
      case SystemShape.First _, SystemShape.Ignored _ -> begin(apart);
    }
    out.action("$m.Content");
    put(shape.questionEnd());
    if (!shape.prompt().isEmpty()) {
      out.line("if $final");
      put(shape.prompt());
      out.action("end");
    }
  }

  private void begin(boolean apart) {
    if (apart) {
      put(shape.question());
      return;
    }
    out.line("if $first");
    open(0);
    out.action("$first = false");
    out.line("else");
    put(shape.question());
    out.action("end");
  }

  private void answer() {
    out.line("else if eq $m.Role \"assistant\"");
    if (shape.answer().equals(shape.openAnswer())) {
      put(shape.answer());
    } else {
      out.line("if $final");
      put(shape.openAnswer());
      out.line("else");
      put(shape.answer());
      out.action("end");
    }
    Calls calls = tools == null ? null : tools.calls();
    if (calls == null) {
      out.action("$m.Content");
      endAnswer();
      return;
    }
    if (calls.keepsWords()) {
      out.action("$m.Content");
      if (!calls.wordsEnd().isEmpty()) {
        out.line("if and $m.Content $m.ToolCalls").text(calls.wordsEnd()).action("end");
      }
    }
    // Ollama looks for the first condition on the field .ToolCalls, which a variable's is not, and
    // takes the text that follows it, up to a brace, for what a model begins calls with.
    out.line("if .ToolCalls").text(calls.first());
    out.action("range $k, $c := .ToolCalls");
    out.action("if $k").text(calls.next()).action("end");
    out.action("$c.Function.Name").text(calls.middle()).action("json $c.Function.Arguments");
    out.action("end").text(calls.end());
    out.line("else");
    if (!calls.keepsWords()) {
      out.action("$m.Content");
    }
    endAnswer();
    out.action("end");
  }

  private void endAnswer() {
    if (!shape.answerEnd().isEmpty()) {
      out.action("if not $final");
      put(shape.answerEnd());
      out.action("end");
    }
  }

  private void results(Results results) {
    out.line("else if eq $m.Role \"tool\"");
    if (results.areTurns()) {
      out.text(results.first());
      content(results);
      out.text(results.end());
    } else {
      out.line("if eq $before \"tool\"").text(results.next());
      out.line("else").text(results.first()).action("end");
      content(results);
      out.line("$after := \"\"");
      out.line("if not $final").line("$after = (index (slice $.Messages $i) 1).Role").line("end");
      out.line("if ne $after \"tool\"").text(results.end()).action("end");
    }
    if (!shape.prompt().isEmpty()) {
      out.line("if $final");
      put(shape.prompt());
      out.action("end");
    }
  }

  private void content(Results results) {
    out.action(results.quoted() ? "json $m.Content" : "$m.Content");
  }
}
