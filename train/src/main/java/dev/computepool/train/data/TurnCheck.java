package dev.computepool.train.data;

import dev.computepool.chat.Message;
import dev.computepool.chat.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether turns follow one another as in a chat: perhaps a system message, then user and
/// assistant in turn, tools after the assistant that calls them, the assistant last.
final class TurnCheck {
  private TurnCheck() {}

  /// @param turn its index, from 0
  record Problem(int turn, Finding.Kind kind, String what) {}

  static List<Problem> check(List<Message> turns) {
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      Message turn = turns.get(i);
      if (turn.content().isBlank() && !turn.callsTools()) {
        problems.add(
            new Problem(
                i, Finding.Kind.EMPTY, "the %s says nothing".formatted(turn.role().label())));
      }
      String misplaced = misplaced(turns, i);
      if (misplaced != null) {
        problems.add(new Problem(i, Finding.Kind.ORDER, misplaced));
      }
    }
    Role last = turns.getLast().role();
    if (last != Role.ASSISTANT) {
      problems.add(
          new Problem(
              turns.size() - 1,
              Finding.Kind.ORDER,
              "the last turn is of the %s, and the assistant's is what is learned"
                  .formatted(last.label())));
    }
    return problems;
  }

  private static @Nullable String misplaced(List<Message> turns, int i) {
    Role role = turns.get(i).role();
    Role before = i == 0 ? null : turns.get(i - 1).role();
    boolean first = before == null || (before == Role.SYSTEM && i == 1);
    return switch (role) {
      case SYSTEM -> i == 0 ? null : "a system message is turn %d, not the first".formatted(i + 1);
      case USER ->
          first || before == Role.ASSISTANT || before == Role.SYSTEM
              ? null
              : before == Role.USER
                  ? "the user speaks twice in a row"
                  : "the user speaks before the assistant has told what the tool said";
      case ASSISTANT ->
          first
              ? "the assistant speaks before any user"
              : before == Role.ASSISTANT ? "the assistant speaks twice in a row" : null;
      case TOOL ->
          before == Role.TOOL || before == Role.ASSISTANT
              ? null
              : "a tool answers, and no assistant has called it";
    };
  }
}
