package dev.computepool.chat;

import java.util.SequencedMap;

/// Running text. All of it is learned.
public record Passage(String text, SequencedMap<String, String> fields) implements Example {
  public Passage {
    fields = Example.copy(fields);
  }
}
