package dev.computepool.chat.template;

import java.util.List;
import java.util.Optional;

/// A rendered conversation, and which of its text is which message.
///
/// @param turns one for each message, in order
/// @param source how it is known what the assistant says
/// @param doubt why some of it is not known
public record ChatText(
    String text,
    List<Turn> turns,
    List<TextRange> assistant,
    Source source,
    Optional<String> doubt) {
  public ChatText {
    turns = List.copyOf(turns);
    assistant = List.copyOf(assistant);
  }

  /// What a template wrote for one message.
  ///
  /// @param range all of it, with the marks that begin and end a turn; nothing if it is not known
  public record Turn(String role, Optional<TextRange> range) {}

  /// How it is known what the assistant says.
  public enum Source {
    /// The template marks it with `{% generation %}`.
    MARKS,
    /// The text of the first messages alone begins the text of all.
    PREFIXES,
    /// A loop over the messages wrote it.
    LOOPS,
    /// It is not known: {@link ChatText#assistant} is empty, or lacks some.
    UNKNOWN
  }
}
