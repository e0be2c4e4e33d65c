package dev.computepool.publish.modelfile;

import java.util.List;
import java.util.Set;

/// Whether a model's chat template can be written as a Go template for Ollama.
public sealed interface TemplateDecision {
  /// It can: both write the same.
  ///
  /// @param template in Go's language, without a newline at its end
  /// @param answerEnd what ends an answer; empty if nothing is known to
  /// @param marks what else begins and ends turns
  record Proven(String template, String answerEnd, List<String> marks, Proof proof)
      implements TemplateDecision {
    public Proven {
      marks = List.copyOf(marks);
    }
  }

  /// It cannot, or not with certainty.
  ///
  /// @param why facts: what the template does, or where both differ
  record Refused(Refusal refusal, String why) implements TemplateDecision {}

  /// The proven template.
  ///
  /// @param place what has the model's own, as errors name it
  /// @throws NoGoTemplateException if there is none
  default Proven orElseThrow(String place) throws NoGoTemplateException {
    return switch (this) {
      case Proven proven -> proven;
      case Refused refused -> throw new NoGoTemplateException(place, refused);
    };
  }

  /// What was compared.
  ///
  /// @param conversations how many were written alike, to the last character
  /// @param differences what is known to differ beyond these
  record Proof(int conversations, Set<Difference> differences) {
    public Proof {
      differences = Set.copyOf(differences);
    }
  }

  /// Why there is no Go template.
  enum Refusal {
    /// The model has no chat template.
    NONE,
    /// The model has several, and none is the usual one.
    SEVERAL,
    /// The model's template cannot be read, or takes no conversation at all.
    FAILS,
    /// It writes a token whose text is not known.
    UNKNOWN_TOKEN,
    /// It writes turns in a way that is not understood.
    SHAPE,
    /// It writes the day in a form that Ollama cannot.
    DATE,
    /// A Go template was made, and writes a conversation otherwise.
    DIFFERS
  }

  /// What a Go template does otherwise than the model's, in conversations beyond the usual.
  enum Difference {
    /// The model's takes tools; this one knows none, or writes them otherwise.
    TOOLS,
    /// Tools, calls and their arguments are JSON, which Go spells in its own way: without spaces,
    /// in an order of its own, with other escapes.
    TOOLS_SPELLED,
    /// The model's takes no more than one call of a tool at a time.
    SEVERAL_CALLS,
    /// The model's can be told to think or not to, or writes thoughts; this one knows none.
    THINKING,
    /// The model's drops thoughts from earlier answers; this one leaves them.
    THOUGHTS_KEPT,
    /// The model's trims white space around what is said, or some of it; Go's templates cannot.
    WHITE_SPACE,
    /// The model's refuses messages of the system; this one puts them before the first question.
    SYSTEM_REFUSED,
    /// The model's leaves messages of the system out, and so does this one.
    SYSTEM_IGNORED,
    /// Messages of the system after the first turn are written otherwise.
    LATER_SYSTEM,
    /// Conversations in which the system says nothing are written otherwise.
    EMPTY_SYSTEM,
    /// Empty questions or answers are written otherwise.
    EMPTY_TURNS,
    /// An answer that the assistant is to go on with begins otherwise.
    BEGUN_ANSWERS,
    /// Conversations that an answer begins are written otherwise.
    ANSWER_FIRST,
    /// Both write today's date, which older versions of Ollama do not tell their templates.
    NEEDS_DATE;

    /// The difference in words, for a person.
    public String words() {
      return switch (this) {
        case TOOLS -> "tools are not written, or not as the model's own writes them";
        case TOOLS_SPELLED ->
            "the JSON of tools and calls says the same, spelled as Go spells it: without spaces";
        case SEVERAL_CALLS -> "several calls at once are written; the model's own refuses them";
        case THINKING -> "thinking cannot be switched, and thoughts are not written";
        case THOUGHTS_KEPT -> "thoughts within earlier answers stay; the model's own drops them";
        case WHITE_SPACE -> "white space around what is said stays; the model's own trims it";
        case SYSTEM_REFUSED ->
            "the model's own refuses system messages; here they stand before the first question";
        case SYSTEM_IGNORED -> "system messages are left out, as the model's own leaves them out";
        case LATER_SYSTEM -> "system messages after the first turn are written otherwise";
        case EMPTY_SYSTEM -> "empty system messages are written otherwise";
        case EMPTY_TURNS -> "empty questions or answers are written otherwise";
        case BEGUN_ANSWERS -> "answers that the assistant is to go on with begin otherwise";
        case ANSWER_FIRST -> "conversations that an answer begins are written otherwise";
        case NEEDS_DATE ->
            "today's date is written with currentDate, which older versions of Ollama do not know";
      };
    }
  }
}
