package dev.computepool.publish.modelfile;

import java.util.Optional;

/// How a chat template writes turns: the texts between what is said.
///
/// Texts have marks for the date; see {@link Dates}.
///
/// @param opening what begins a conversation without a system message, up to the first question
/// @param system what becomes of what the system says
/// @param question what begins each later question
/// @param questionEnd what ends a question
/// @param prompt what follows that, once the assistant is to speak
/// @param answer what begins an answer
/// @param answerEnd what ends an answer
/// @param openAnswer what begins an answer that the assistant is to go on with
record TurnShape(
    String opening,
    SystemShape system,
    String question,
    String questionEnd,
    String prompt,
    String answer,
    String answerEnd,
    String openAnswer) {
  /// What becomes of what the system says.
  sealed interface SystemShape {
    /// It comes first.
    ///
    /// @param before what begins the conversation then
    /// @param after what stands between it and the first question
    /// @param empty what begins a conversation in which the system says nothing, up to the first
    ///     question
    /// @param later how it is written after the first turn, if that is known
    record First(String before, String after, String empty, Optional<LaterTurn> later)
        implements SystemShape {}

    /// It stands in the last question, and nowhere if an answer is last.
    record InLastQuestion(String before, String after) implements SystemShape {}

    /// It is left out.
    record Ignored() implements SystemShape {}

    /// The template refuses it; Ollama's is to put it before the first question.
    record Refused() implements SystemShape {}
  }

  /// A message of the system as a turn of its own.
  record LaterTurn(String before, String after) {}
}
