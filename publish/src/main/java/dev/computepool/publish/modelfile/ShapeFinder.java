package dev.computepool.publish.modelfile;

import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import dev.computepool.publish.modelfile.TurnShape.LaterTurn;
import dev.computepool.publish.modelfile.TurnShape.SystemShape;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Finds out how a chat template writes turns, by having it write some.
///
/// What is said are words that nothing else contains; what stands between them is the template's.
/// Whether the texts that are found this way are those of every conversation, {@link TemplateProof}
/// decides: nothing here is believed.
final class ShapeFinder {
  private static final String SYSTEM = "Qsys1Z";
  private static final String LATER = "Qsys2Z";
  private static final String USER_1 = "Qusr1Z";
  private static final String USER_2 = "Qusr2Z";
  private static final String ANSWER_1 = "Qasw1Z";
  private static final List<String> WORDS = List.of(SYSTEM, LATER, USER_1, USER_2, ANSWER_1);

  private final Jinja jinja;
  private final UnaryOperator<String> marking;

  /// @param marking puts marks in place of what a text has of the day, or of tools
  ShapeFinder(Jinja jinja, UnaryOperator<String> marking) {
    this.jinja = jinja.at(Dates.PROBE);
    this.marking = marking;
  }

  /// That a template writes turns in no shape that is known.
  static final class NoShapeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    NoShapeException(Refusal refusal, String why) {
      super(why, null, false, false);
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }

  private Optional<Cut> cut(String roles, boolean prompt, String... contents) {
    return jinja
        .text(Chat.of(roles, contents), prompt)
        .map(text -> Cut.of(marking.apply(text), WORDS));
  }

  private static NoShapeException noShape(String why) {
    return new NoShapeException(Refusal.SHAPE, why);
  }

  TurnShape find() throws NoShapeException {
    Cut one =
        cut("u", true, USER_1)
            .orElseThrow(
                () ->
                    new NoShapeException(
                        Refusal.FAILS,
                        "it writes nothing for a single question: "
                            + jinja.refusal(Chat.of("u", "Hello"))));
    if (!one.has(USER_1)) {
      throw noShape("it does not write a single question once");
    }
    Cut two =
        cut("uau", true, USER_1, ANSWER_1, USER_2)
            .orElseThrow(() -> noShape("it refuses a question, an answer and another question"));
    if (!two.has(USER_1, ANSWER_1, USER_2)) {
      throw noShape("it does not write a question, an answer and another question in turn");
    }
    String opening = one.text(0);
    String tail = one.text(1);
    if (!two.text(0).equals(opening) || !two.text(3).equals(tail)) {
      throw noShape("how it writes a question depends on what was said before");
    }
    String toAnswer = two.text(1);
    String questionEnd =
        cut("u", false, USER_1)
            .filter(cut -> cut.has(USER_1))
            .map(cut -> cut.text(1))
            .filter(end -> tail.startsWith(end) && toAnswer.startsWith(end))
            .orElseGet(() -> commonStart(tail, toAnswer));
    String toQuestion = two.text(2);
    Optional<Cut> answered =
        cut("ua", false, USER_1, ANSWER_1).filter(c -> c.has(USER_1, ANSWER_1));
    String answerEnd = answerEnd(toQuestion, questionEnd, answered);
    String answer = toAnswer.substring(questionEnd.length());
    String openAnswer =
        answered
            .map(cut -> cut.text(1))
            .filter(text -> text.startsWith(questionEnd))
            .map(text -> text.substring(questionEnd.length()))
            .orElse(answer);
    String question = toQuestion.substring(answerEnd.length());
    return new TurnShape(
        opening,
        system(opening, question, answerEnd, tail, toAnswer),
        question,
        questionEnd,
        tail.substring(questionEnd.length()),
        answer,
        answerEnd,
        openAnswer);
  }

  /// What ends an answer that a question follows: what ends one that nothing follows; or what is
  /// left of that when what begins a question is known from two of them in a row; or what both have
  /// in common, up to the end of a mark.
  private String answerEnd(String toQuestion, String questionEnd, Optional<Cut> answered) {
    String last = answered.map(cut -> cut.text(2)).orElse("");
    if (answered.isPresent() && toQuestion.startsWith(last)) {
      return last;
    }
    return cut("uu", true, USER_1, USER_2)
        .filter(cut -> cut.has(USER_1, USER_2))
        .map(cut -> cut.text(1))
        .filter(between -> between.startsWith(questionEnd))
        .map(between -> between.substring(questionEnd.length()))
        .filter(question -> !question.isEmpty() && toQuestion.endsWith(question))
        .map(question -> toQuestion.substring(0, toQuestion.length() - question.length()))
        .orElseGet(() -> commonStart(last, toQuestion));
  }

  private SystemShape system(
      String opening, String question, String answerEnd, String tail, String toAnswer)
      throws NoShapeException {
    Optional<Cut> some = cut("su", true, SYSTEM, USER_1);
    if (some.isEmpty()) {
      return new SystemShape.Refused();
    }
    Cut one = some.get();
    if (one.has(USER_1) && one.texts().equals(List.of(opening, tail))) {
      return new SystemShape.Ignored();
    }
    if (!one.has(SYSTEM, USER_1) || !one.text(2).equals(tail)) {
      throw noShape("it does not write what the system says once, before the first question");
    }
    String before = one.text(0);
    String after = one.text(1);
    Cut two =
        cut("suau", true, SYSTEM, USER_1, ANSWER_1, USER_2)
            .orElseThrow(() -> noShape("it refuses an answer after what the system says"));
    if (two.has(USER_1, ANSWER_1, SYSTEM, USER_2)) {
      String prefix = two.text(2);
      if (!prefix.startsWith(answerEnd)
          || !opening.endsWith(question)
          || !two.text(0).equals(opening)
          || !two.text(1).equals(toAnswer)) {
        throw noShape("how it writes what the system says depends on what was said before");
      }
      String start = opening.substring(0, opening.length() - question.length());
      String within = prefix.substring(answerEnd.length());
      if (!before.equals(start + within) || !after.equals(two.text(3))) {
        throw noShape("how it writes what the system says depends on what was said before");
      }
      return new SystemShape.InLastQuestion(within, after);
    }
    if (!two.has(SYSTEM, USER_1, ANSWER_1, USER_2)
        || !two.text(0).equals(before)
        || !two.text(1).equals(after)) {
      throw noShape("how it writes what the system says depends on what follows");
    }
    String empty =
        cut("su", true, "", USER_1)
            .filter(cut -> cut.has(USER_1))
            .map(cut -> cut.text(0))
            .orElse(opening);
    return new SystemShape.First(before, after, empty, later(question, answerEnd));
  }

  private Optional<LaterTurn> later(String question, String answerEnd) {
    return cut("uasu", true, USER_1, ANSWER_1, LATER, USER_2)
        .filter(cut -> cut.has(USER_1, ANSWER_1, LATER, USER_2))
        .filter(cut -> cut.text(2).startsWith(answerEnd))
        .filter(cut -> cut.text(3).endsWith(question))
        .map(
            cut ->
                new LaterTurn(
                    cut.text(2).substring(answerEnd.length()),
                    cut.text(3).substring(0, cut.text(3).length() - question.length())));
  }

  /// What two texts begin with, up to the end of a mark.
  private static String commonStart(String a, String b) {
    int length = 0;
    while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    boolean whole = length == a.length() || length == b.length();
    while (!whole && length > 0 && ">]\n".indexOf(a.charAt(length - 1)) < 0) {
      length--;
    }
    return a.substring(0, length);
  }
}
