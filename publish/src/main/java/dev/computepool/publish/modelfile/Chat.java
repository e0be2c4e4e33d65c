package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A conversation that templates are tried with.
record Chat(List<Turn> turns) {
  static final String SYSTEM = "system";
  static final String USER = "user";
  static final String ASSISTANT = "assistant";

  /// One message.
  record Turn(String role, String content) {}

  Chat {
    turns = List.copyOf(turns);
  }

  /// A conversation of those roles: `s`, `u` and `a`.
  static Chat of(String roles, String... contents) {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < roles.length(); i++) {
      turns.add(new Turn(role(roles.charAt(i)), contents[i]));
    }
    return new Chat(turns);
  }

  private static String role(char letter) {
    return switch (letter) {
      case 's' -> SYSTEM;
      case 'u' -> USER;
      case 'a' -> ASSISTANT;
      default -> throw new IllegalArgumentException("no role is called " + letter);
    };
  }

  /// Whether the assistant has the last word, so that it is to go on with it.
  boolean endsWithAnswer() {
    return turns.getLast().role().equals(ASSISTANT);
  }

  ArrayNode messages() {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    turns.forEach(
        turn -> messages.addObject().put("role", turn.role()).put("content", turn.content()));
    return messages;
  }

  /// The roles by their first letters.
  String letters() {
    return turns.stream().map(turn -> turn.role().substring(0, 1)).collect(Collectors.joining());
  }
}
