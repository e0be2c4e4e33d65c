package dev.computepool.convert.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.computepool.convert.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The YAML at the head of a `README.md`, where the authors of a model describe it.
final class ModelCard {
  private static final long MAX_BYTES = 16 << 20;
  private static final String LINE_BREAK = "\r\n|[\n\r\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]";

  private ModelCard() {}

  /// Reads the card of a directory.
  ///
  /// @return an empty object if it has none, or one that cannot be read, which is then noted
  static ObjectNode read(Path directory, Problems problems) throws IOException {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    Path file = directory.resolve("README.md");
    if (!Files.isRegularFile(file)) {
      return none;
    }
    if (Files.size(file) > MAX_BYTES) {
      problems.note("README.md is too large to be read; what it tells of the model is left out");
      return none;
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    String yaml = frontMatter(text);
    if (yaml.isBlank()) {
      return none;
    }
    try {
      JsonNode tree = new YAMLMapper().readTree(yaml);
      if (tree instanceof ObjectNode object) {
        return object;
      }
      problems.note("README.md begins with no mapping; what it tells of the model is left out");
    } catch (JsonProcessingException e) {
      problems.note(
          "README.md begins with no YAML (%s); what it tells of the model is left out"
              .formatted(e.getOriginalMessage().lines().findFirst().orElse("")));
    }
    return none;
  }

  private static String frontMatter(String text) {
    String[] lines = text.split(LINE_BREAK, -1);
    if (!lines[0].equals("---")) {
      return "";
    }
    List<String> front = new ArrayList<>();
    for (int i = 1; i < lines.length && !lines[i].equals("---"); i++) {
      front.add(lines[i]);
    }
    // The Norwegian language is no truth value. And some authors indent with tabs, which YAML
    // forbids.
    return (String.join("\n", front) + "\n").replace("- no\n", "- \"no\"\n").replace("\t", "  ");
  }
}
