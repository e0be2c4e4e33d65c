package dev.computepool.train.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.train.config.Key.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Writes a configuration with an explanation of every key. Keys that most do without, and that
/// nobody set, are written as comments with what counts without them.
final class ConfigText {
  private static final int WIDTH = 96;
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HEAD =
      """
      # How a model is trained. Paths are relative to this file. What stands behind a # without a
      # space is what counts as long as it is not set: to set it, remove the #.
      """;

  private final Values values;
  private final SequencedMap<String, Object> unknown;
  private final StringBuilder out = new StringBuilder();

  private ConfigText(Values values, SequencedMap<String, Object> unknown) {
    this.values = values;
    this.unknown = unknown;
  }

  /// The text of a file.
  ///
  /// @param unknown keys of nobody here, by their path
  static String of(Values values, SequencedMap<String, Object> unknown) {
    ConfigText text = new ConfigText(values, unknown);
    text.out.append(HEAD);
    text.keys("");
    Keys.sections().forEach(text::section);
    return text.out.toString();
  }

  private void section(String name, String about) {
    boolean active =
        of(name).stream().anyMatch(this::isActive)
            || unknown.keySet().stream().anyMatch(path -> path.startsWith(name + "."));
    out.append('\n');
    comment("", about);
    out.append(active ? "" : "#").append(name).append(":\n");
    if (active) {
      keys(name);
    } else {
      of(name).forEach(key -> key("#  ", key));
    }
  }

  private void keys(String section) {
    String indent = section.isEmpty() ? "" : "  ";
    for (Key<?> key : of(section)) {
      if (section.isEmpty()) {
        out.append('\n');
      }
      key(indent, key);
    }
    for (Map.Entry<String, Object> entry : unknown.entrySet()) {
      String path = entry.getKey();
      boolean here =
          section.isEmpty()
              ? Keys.sections().keySet().stream().noneMatch(s -> path.startsWith(s + "."))
              : path.startsWith(section + ".");
      if (here) {
        String name = section.isEmpty() ? path : path.substring(section.length() + 1);
        out.append(indent).append(Words.yaml(name)).append(": ");
        out.append(json(entry.getValue())).append('\n');
      }
    }
  }

  private static List<Key<?>> of(String section) {
    return Keys.all().stream().filter(key -> key.section().equals(section)).toList();
  }

  private boolean isActive(Key<?> key) {
    return values.isSet(key) || key.level() != Level.RARE;
  }

  private <T> void key(String indent, Key<T> key) {
    comment(indent, key.help() + choices(key) + runtimes(key));
    out.append(indent);
    if (!isActive(key) && !indent.startsWith("#")) {
      out.append('#');
    }
    T value = values.find(key);
    String text = value == null ? "" : write(key.kind(), value);
    out.append(key.name()).append(text.isEmpty() ? ":" : ": " + text).append('\n');
  }

  /// The words to choose from, unless the help explains them.
  private static String choices(Key<?> key) {
    return key.kind() instanceof Kind.Choice<?> choice
            && !choice.labels().stream().allMatch(key.help()::contains)
        ? " (%s)".formatted(String.join(", ", choice.labels()))
        : "";
  }

  /// Who knows the key, if not all do.
  static String runtimes(Key<?> key) {
    return key.runtimes().size() == RuntimeName.values().length
        ? ""
        : " Runtimes: %s."
            .formatted(
                key.runtimes().stream().map(RuntimeName::label).collect(Collectors.joining(", ")));
  }

  private void comment(String indent, String text) {
    StringBuilder line = new StringBuilder(indent + "#");
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        out.append(line).append('\n');
        line = new StringBuilder(indent + "#");
      }
      line.append(' ').append(word);
    }
    out.append(line).append('\n');
  }

  /// A value as a file has it.
  static <T> String write(Kind<T> kind, Object value) {
    return switch (kind) {
      case Kind.Text _, Kind.FilePath _ -> Words.yaml((String) value);
      case Kind.Whole _, Kind.Flag _ -> value.toString();
      case Kind.Real _ -> Words.number((Double) value);
      case Kind.Choice<?> choice -> label(choice, value);
      case Kind.Names _ -> list(value);
      case Kind.Pairs _, Kind.Settings _ -> json(value);
    };
  }

  private static <E extends Enum<E>> String label(Kind.Choice<E> choice, Object value) {
    Optional<E> constant = choice.values().stream().filter(value::equals).findFirst();
    return choice.label().apply(constant.orElseThrow());
  }

  private static String list(Object value) {
    return ((List<?>) value)
        .stream().map(v -> Words.yaml((String) v)).collect(Collectors.joining(", ", "[", "]"));
  }

  /// JSON is YAML, and has one form for each value.
  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("values of YAML are values of JSON", e);
    }
  }
}
