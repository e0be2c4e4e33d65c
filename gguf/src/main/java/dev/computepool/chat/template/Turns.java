package dev.computepool.chat.template;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What loops over messages write, message by message.
final class Turns {
  private final IdentityHashMap<Value, Integer> indices = new IdentityHashMap<>();
  private final List<List<TextRange>> written = new ArrayList<>();

  Turns(@Nullable Value messages) {
    if (messages instanceof Value.ListValue(List<Value> items)) {
      for (Value message : items) {
        indices.put(message, written.size());
        written.add(new ArrayList<>());
      }
    }
  }

  /// Takes note of what one turn of a loop wrote.
  void wrote(Value item, int start, int end) {
    Integer index = indices.get(item);
    if (index != null && end > start) {
      written.get(index).add(new TextRange(start, end));
    }
  }

  /// For each message what was written for it; nothing where that happened in several places.
  List<Optional<TextRange>> written() {
    return written.stream()
        .map(
            ranges ->
                ranges.size() == 1 ? Optional.of(ranges.getFirst()) : Optional.<TextRange>empty())
        .toList();
  }
}
