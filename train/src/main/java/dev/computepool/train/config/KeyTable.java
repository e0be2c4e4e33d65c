package dev.computepool.train.config;

import dev.computepool.train.config.Key.Level;
import java.util.stream.Collectors;

/// All keys as a table in Markdown, for the documentation.
public final class KeyTable {
  private KeyTable() {}

  /// The table, with its heading.
  public static String markdown() {
    StringBuilder table = new StringBuilder("| key | value | default | |\n|---|---|---|---|\n");
    for (Key<?> key : Keys.all()) {
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(key.path(), key.kind().describe(), preset(key), about(key)));
    }
    return table.toString();
  }

  private static <T> String preset(Key<T> key) {
    T preset = key.preset();
    if (preset == null) {
      return key.level() == Level.REQUIRED ? "required" : "";
    }
    return "`" + ConfigText.write(key.kind(), preset) + "`";
  }

  private static String about(Key<?> key) {
    if (key.runtimes().size() == RuntimeName.values().length) {
      return key.help();
    }
    return key.help()
        + " *"
        + key.runtimes().stream().map(RuntimeName::label).collect(Collectors.joining(", "))
        + "*";
  }
}
