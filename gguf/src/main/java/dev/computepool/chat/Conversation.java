package dev.computepool.chat;

import java.util.List;
import java.util.SequencedMap;

/// Turns between a user and an assistant. What the assistant says is what is learned.
public record Conversation(List<Message> messages, SequencedMap<String, String> fields)
    implements Example {
  public Conversation {
    messages = List.copyOf(messages);
    fields = Example.copy(fields);
  }
}
