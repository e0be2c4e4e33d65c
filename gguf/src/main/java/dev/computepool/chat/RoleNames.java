package dev.computepool.chat;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How the formats call the roles.
final class RoleNames {
  /// As ShareGPT's own export and the datasets made after it write them.
  private static final Map<String, Role> SHAREGPT = new LinkedHashMap<>();

  /// What other formats and programs call the roles.
  private static final Map<String, Role> ALIASES =
      Map.of(
          "human", Role.USER,
          "gpt", Role.ASSISTANT,
          "chatgpt", Role.ASSISTANT,
          "model", Role.ASSISTANT,
          "bot", Role.ASSISTANT,
          "ai", Role.ASSISTANT,
          "developer", Role.SYSTEM,
          "function", Role.TOOL,
          "observation", Role.TOOL);

  static {
    SHAREGPT.put("system", Role.SYSTEM);
    SHAREGPT.put("human", Role.USER);
    SHAREGPT.put("user", Role.USER);
    SHAREGPT.put("gpt", Role.ASSISTANT);
    SHAREGPT.put("assistant", Role.ASSISTANT);
    SHAREGPT.put("chatgpt", Role.ASSISTANT);
    SHAREGPT.put("model", Role.ASSISTANT);
    SHAREGPT.put("bing", Role.ASSISTANT);
    SHAREGPT.put("bard", Role.ASSISTANT);
    SHAREGPT.put(FunctionCalls.LABEL, Role.ASSISTANT);
    SHAREGPT.put("observation", Role.TOOL);
    SHAREGPT.put("tool", Role.TOOL);
  }

  private RoleNames() {}

  /// The role that `format` writes as `label`, or null.
  static @Nullable Role of(LineFormat format, String label) {
    return format == LineFormat.SHAREGPT ? SHAREGPT.get(label) : Role.of(label).orElse(null);
  }

  /// How `format` would write what `label` plainly means, or null.
  static @Nullable String meant(LineFormat format, String label) {
    String plain = label.strip().toLowerCase(Locale.ROOT);
    if (format == LineFormat.SHAREGPT && plain.equals(FunctionCalls.LABEL)) {
      return FunctionCalls.LABEL;
    }
    Role role = of(format, plain);
    if (role == null) {
      role = ALIASES.get(plain);
    }
    return role == null ? null : written(format, role);
  }

  /// The roles of a format, for a message.
  static String list(LineFormat format) {
    return Stream.of(Role.values()).map(r -> written(format, r)).collect(Collectors.joining(", "));
  }

  /// How `format` writes a role.
  static String written(LineFormat format, Role role) {
    if (format != LineFormat.SHAREGPT) {
      return role.label();
    }
    return switch (role) {
      case SYSTEM -> "system";
      case USER -> "human";
      case ASSISTANT -> "gpt";
      case TOOL -> "observation";
    };
  }
}
