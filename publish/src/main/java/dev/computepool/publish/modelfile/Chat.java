package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A conversation that templates are tried with.
record Chat(List<Turn> turns) {
  static final String SYSTEM = "system";
  static final String USER = "user";
  static final String ASSISTANT = "assistant";
  static final String TOOL = "tool";

  /// One message.
  ///
  /// @param calls those that an answer ends with; of a tool's message the one that it answers
  record Turn(String role, String content, List<Call> calls) {
    Turn {
      calls = List.copyOf(calls);
    }

    Turn(String role, String content) {
      this(role, content, List.of());
    }

    /// An answer that calls tools.
    static Turn calling(String content, Call... calls) {
      return new Turn(ASSISTANT, content, List.of(calls));
    }

    /// What a tool answers.
    static Turn result(Call call, String content) {
      return new Turn(TOOL, content, List.of(call));
    }
  }

  /// A call of a tool.
  ///
  /// @param id of nine letters and digits, which is what some templates insist on
  record Call(String id, String name, ObjectNode arguments) {}

  Chat {
    turns = List.copyOf(turns);
  }

  static Chat of(Turn... turns) {
    return new Chat(List.of(turns));
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

  /// As transformers and Ollama take them.
  ArrayNode messages() {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (Turn turn : turns) {
      ObjectNode message = messages.addObject();
      message.put("role", turn.role()).put("content", turn.content());
      for (Call call : turn.calls()) {
        if (turn.role().equals(TOOL)) {
          message.put("name", call.name()).put("tool_call_id", call.id());
        } else {
          ObjectNode made = message.withArray("tool_calls").addObject();
          made.put("id", call.id()).put("type", "function");
          made.putObject("function").put("name", call.name()).set("arguments", call.arguments());
        }
      }
    }
    return messages;
  }

  /// The roles by their first letters.
  String letters() {
    return turns.stream().map(turn -> turn.role().substring(0, 1)).collect(Collectors.joining());
  }
}
