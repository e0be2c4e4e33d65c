package dev.computepool.publish.modelfile;

/// How a chat template writes what has to do with tools.
///
/// @param turns the texts between what is said when there are tools; {@link ToolList#MARK} stands
///     for their list
record ToolShape(TurnShape turns, ToolList list, Calls calls, Results results) {
  /// Calls of tools, which an answer ends with.
  ///
  /// @param keepsWords whether words that the assistant says before it calls are written
  /// @param wordsEnd what ends such words
  /// @param first what stands before the name of the first
  /// @param middle what stands between a name and its arguments, which are JSON
  /// @param next what stands between arguments and the next name
  /// @param end what ends the last, and the answer
  record Calls(
      boolean keepsWords, String wordsEnd, String first, String middle, String next, String end) {}

  /// What tools answer.
  ///
  /// @param first what begins the first answer after a call
  /// @param next what stands between two answers
  /// @param end what ends the last
  /// @param quoted whether answers are written as strings of JSON
  record Results(String first, String next, String end, boolean quoted) {
    /// Whether each answer is a turn of its own.
    boolean areTurns() {
      return next.equals(end + first);
    }
  }
}
