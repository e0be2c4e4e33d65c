package dev.computepool.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What a model is trained on at once: a line of a dataset.
public sealed interface Example permits Conversation, Passage {
  /// No further fields.
  SequencedMap<String, String> NO_FIELDS =
      Collections.unmodifiableSequencedMap(new LinkedHashMap<>());

  /// What else the line has, such as `meta`: names, and values as JSON text, in their order.
  SequencedMap<String, String> fields();

  /// An unmodifiable copy that keeps the order.
  static SequencedMap<String, String> copy(SequencedMap<String, String> fields) {
    return fields.isEmpty()
        ? NO_FIELDS
        : Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
  }
}
