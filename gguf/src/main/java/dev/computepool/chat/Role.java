package dev.computepool.chat;

import java.util.Locale;
import java.util.Optional;

/// Who says a message.
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT,
  /// What a tool answered to a call of the assistant.
  TOOL;

  /// As training data and chat templates write it, such as `assistant`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The role that is written exactly `label`.
  public static Optional<Role> of(String label) {
    return switch (label) {
      case "system" -> Optional.of(SYSTEM);
      case "user" -> Optional.of(USER);
      case "assistant" -> Optional.of(ASSISTANT);
      case "tool" -> Optional.of(TOOL);
      default -> Optional.empty();
    };
  }
}
