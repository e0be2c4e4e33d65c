package dev.computepool.publish.modelfile;

import dev.computepool.publish.modelfile.TurnShape.LaterTurn;
import dev.computepool.publish.modelfile.TurnShape.SystemShape;

/// Writes a Go template that writes turns in a shape.
///
/// The variables: `$final` is true for the last message, `$system` is what the system says, `$told`
/// whether there is such a message first, `$first` whether a question is the first.
final class ShapeWriter {
  private static final String TOLD = "and .Messages (eq (index .Messages 0).Role \"system\")";

  private final TurnShape shape;
  private final GoText out = new GoText();

  /// Whether the system's first message is a turn like its later ones.
  private final boolean ordinary;

  private ShapeWriter(TurnShape shape) {
    this.shape = shape;
    this.ordinary =
        shape.opening().equals(shape.question())
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

  static String write(TurnShape shape) {
    return new ShapeWriter(shape).write();
  }

  /// Whether what begins a conversation can be written before its first question, whose own
  /// beginning is then that of all.
  private boolean opensApart() {
    return shape.opening().endsWith(shape.question())
        && switch (shape.system()) {
          case SystemShape.First first ->
              first.after().endsWith(shape.question()) && first.empty().endsWith(shape.question());
          case SystemShape.InLastQuestion _, SystemShape.Ignored _, SystemShape.Refused _ -> true;
        };
  }

  private String write() {
    String all = shape.toString();
    if (Dates.isMarked(all)) {
      out.line("$day := currentDate");
    }
    boolean apart = opensApart();
    if (!ordinary) {
      declare();
    }
    if (ordinary) {
      apart = true;
    } else if (apart) {
      open(shape.question().length());
    } else {
      out.line("$first := true");
    }
    out.line("range $i, $m := .Messages");
    out.line("$final := eq (len (slice $.Messages $i)) 1");
    question(apart);
    answer();
    if (shape.system() instanceof SystemShape.First first && first.later().isPresent()) {
      LaterTurn later = first.later().get();
      out.line(
          ordinary ? "else if eq $m.Role \"system\"" : "else if and $i (eq $m.Role \"system\")");
      out.dated(later.before());
      out.action("$m.Content").dated(later.after());
    }
    out.line("end").line("end");
    return out.toString();
  }

  private void declare() {
    switch (shape.system()) {
      case SystemShape.First first -> {
        if (first.later().isPresent()) {
          out.line("$told := " + TOLD).line("$system := \"\"");
          out.line("if $told").line("$system = (index .Messages 0).Content").line("end");
        } else {
          if (!emptyIsNone(first)) {
            out.line("$told := " + TOLD);
          }
          out.line("$system := .System");
        }
      }
      case SystemShape.InLastQuestion _, SystemShape.Refused _ -> out.line("$system := .System");
      case SystemShape.Ignored _ -> {}
    }
  }

  private boolean emptyIsNone(SystemShape.First first) {
    return first.empty().equals(shape.opening());
  }

  private static String cut(String text, int end) {
    return text.substring(0, text.length() - end);
  }

  /// What begins a conversation, without so many characters at its end.
  private void open(int without) {
    String opening = cut(shape.opening(), without);
    if (!(shape.system() instanceof SystemShape.First first)) {
      out.dated(opening);
      return;
    }
    String after = cut(first.after(), without);
    String empty = cut(first.empty(), without);
    boolean emptyIsTold = empty.equals(first.before() + after);
    if (emptyIsNone(first) && emptyIsTold) {
      out.dated(first.before()).action("$system").dated(after);
      return;
    }
    out.line(emptyIsTold ? "if $told" : "if $system");
    out.dated(first.before()).action("$system").dated(after);
    if (!emptyIsTold && !emptyIsNone(first)) {
      out.line("else if $told").dated(empty);
    }
    if (!opening.isEmpty()) {
      out.line("else").dated(opening);
    }
    out.line("end");
  }

  private void question(boolean apart) {
    out.line("if eq $m.Role \"user\"");
    switch (shape.system()) {
      case SystemShape.InLastQuestion(String before, String after) -> {
        out.line("if and $final $system").dated(before).action("$system").dated(after);
        out.line("else").dated(shape.question()).line("end");
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
    out.action("$m.Content").dated(shape.questionEnd());
    if (!shape.prompt().isEmpty()) {
      out.line("if $final").dated(shape.prompt()).action("end");
    }
  }

  private void begin(boolean apart) {
    if (apart) {
      out.dated(shape.question());
      return;
    }
    out.line("if $first");
    open(0);
    out.action("$first = false");
    out.line("else").dated(shape.question()).action("end");
  }

  private void answer() {
    out.line("else if eq $m.Role \"assistant\"");
    if (shape.answer().equals(shape.openAnswer())) {
      out.dated(shape.answer());
    } else {
      out.line("if $final").dated(shape.openAnswer());
      out.line("else").dated(shape.answer()).action("end");
    }
    out.action("$m.Content");
    if (!shape.answerEnd().isEmpty()) {
      out.action("if not $final").dated(shape.answerEnd()).action("end");
    }
  }
}
