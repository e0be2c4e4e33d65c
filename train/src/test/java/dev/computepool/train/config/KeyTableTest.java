package dev.computepool.train.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private static Path docs() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("docs"))) {
      root = Objects.requireNonNull(root.getParent(), "a folder above has docs");
    }
    return root.resolve("docs");
  }

  @Test
  void theDocumentationHasTheTable() throws IOException {
    String text = Files.readString(docs().resolve("training.md"));
    int from = text.indexOf("| key | value |");
    assertTrue(from >= 0, "docs/training.md has a table of keys");
    int to = text.indexOf("\n\n", from);
    assertEquals(KeyTable.markdown(), text.substring(from, to + 1));
  }

  @Test
  void theSchemaIsCheckedIn() throws IOException {
    assertEquals(ConfigSchema.text(), Files.readString(docs().resolve(NewConfig.SCHEMA_NAME)));
  }

  @Test
  void noNameMeansTwoKeys() {
    Set<String> names = new HashSet<>();
    for (Key<?> key : Keys.all()) {
      assertTrue(names.add(key.path()), key.path());
      key.others().forEach(other -> assertTrue(names.add(other), key.path() + ": " + other));
      assertTrue(key.help().endsWith("."), key.path());
      assertTrue(key.section().isEmpty() || Keys.sections().containsKey(key.section()), key.path());
    }
  }
}
