package dev.computepool.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Conversations as one text, each turn between the marks of ChatML.
///
/// @see <a href="https://github.com/openai/openai-python/blob/release-v0.28.0/chatml.md">ChatML</a>
final class ChatMarkup {
  private static final String START = "<|im_start|>";
  private static final String END = "<|im_end|>";

  private ChatMarkup() {}

  /// A text with all its turns marked is a conversation, every other a passage.
  static Example read(String text, SequencedMap<String, String> fields) {
    List<Message> turns = text.startsWith(START) ? turns(text) : null;
    return turns == null ? new Passage(text, fields) : new Conversation(turns, fields);
  }

  private static @Nullable List<Message> turns(String text) {
    List<Message> turns = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int line = text.indexOf('\n', at);
      int end = text.indexOf(END, at);
      if (!text.startsWith(START, at) || line < 0 || end < line) {
        return null;
      }
      Role role = Role.of(text.substring(at + START.length(), line)).orElse(null);
      if (role == null) {
        return null;
      }
      turns.add(new Message(role, text.substring(line + 1, end)));
      at = end + END.length();
      if (at < text.length() && text.charAt(at++) != '\n') {
        return null;
      }
    }
    return turns;
  }

  /// The turns as one text, which {@link #read} reads.
  ///
  /// @throws InexpressibleException if a turn has fields of its own, or the marks in its words
  static String write(List<Message> turns) throws InexpressibleException {
    StringBuilder text = new StringBuilder();
    for (Message turn : turns) {
      if (turn.content().contains(START) || turn.content().contains(END)) {
        throw new InexpressibleException(
            "the %s says %s or %s, which marks the turns of a text"
                .formatted(turn.role().label(), START, END));
      }
      text.append(START).append(turn.role().label()).append('\n');
      text.append(turn.content()).append(END).append('\n');
    }
    return text.toString();
  }
}
