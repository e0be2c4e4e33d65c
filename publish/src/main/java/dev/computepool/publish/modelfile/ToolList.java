package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// How a template writes the list of tools: each as JSON, in a row.
///
/// @param functions whether of each only what it calls `function`
/// @param between what stands between two
record ToolList(boolean functions, String between) {
  /// Stands for the list in the text that a template writes.
  static final String MARK = "\uE0B2";

  /// Where the list of two tools is in a text.
  private record Place(int start, int end, String between) {}

  /// Finds how a text has a list of two tools.
  static Optional<ToolList> find(String text, JsonNode one, JsonNode other) {
    for (boolean functions : new boolean[] {false, true}) {
      Optional<Place> place = place(text, one, other, functions, 0);
      if (place.isPresent()) {
        return Optional.of(new ToolList(functions, place.get().between));
      }
    }
    return Optional.empty();
  }

  /// The text with a mark in place of each list.
  String mark(String text, JsonNode one, JsonNode other) {
    StringBuilder marked = new StringBuilder();
    int at = 0;
    Optional<Place> place = place(text, one, other, functions, at);
    while (place.isPresent() && place.get().between.equals(between)) {
      marked.append(text, at, place.get().start).append(MARK);
      at = place.get().end;
      place = place(text, one, other, functions, at);
    }
    return marked.append(text, at, text.length()).toString();
  }

  private static Optional<Place> place(
      String text, JsonNode one, JsonNode other, boolean functions, int from) {
    return JsonWithin.find(shown(one, functions), text, from)
        .flatMap(
            first ->
                JsonWithin.find(shown(other, functions), text, first.end())
                    .map(
                        second ->
                            new Place(
                                first.start(),
                                second.end(),
                                text.substring(first.end(), second.start()))));
  }

  private static JsonNode shown(JsonNode tool, boolean functions) {
    return functions ? tool.path("function") : tool;
  }
}
