package dev.computepool.cli.gen;

import dev.computepool.train.config.ConfigSchema;
import dev.computepool.train.config.NewConfig;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is checked in although it is generated.
final class GeneratedFiles {
  /// What rewrites them.
  static final String COMMAND = "mvn -q -pl cli -am process-classes -Dgenerate";

  static final String COMPLETIONS = "completions";
  static final String MAN = "man";
  static final String SCHEMA = "docs/" + NewConfig.SCHEMA_NAME;

  private GeneratedFiles() {}

  /// Their texts by the path under the project's root.
  static SortedMap<String, String> all() {
    CommandTree program = CommandTree.ofProgram();
    SortedMap<String, String> files = new TreeMap<>();
    for (Shell shell : Shell.values()) {
      files.put(COMPLETIONS + "/" + shell.file(), shell.script(program));
    }
    ManPages.of(program).forEach((name, page) -> files.put(MAN + "/" + name, page));
    files.put(SCHEMA, ConfigSchema.text());
    return files;
  }
}
