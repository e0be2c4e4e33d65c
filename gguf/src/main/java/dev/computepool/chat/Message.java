package dev.computepool.chat;

import java.util.Map;
import java.util.SequencedMap;

/// One turn of a conversation.
///
/// @param content what is said; empty for an assistant that only calls tools
/// @param fields what else its line has, such as `name` or `tool_calls`: names, and values as JSON
///     text
public record Message(Role role, String content, SequencedMap<String, String> fields) {
  public Message {
    fields = Example.copy(fields);
  }

  /// A turn of which no more is known.
  public Message(Role role, String content) {
    this(role, content, Example.NO_FIELDS);
  }

  /// Whether it calls tools instead of, or besides, saying something.
  public boolean callsTools() {
    Map<String, String> all = fields;
    return all.containsKey("tool_calls") || all.containsKey("function_call");
  }
}
