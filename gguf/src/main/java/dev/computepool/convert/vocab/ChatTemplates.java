package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a directory keeps its chat templates.
final class ChatTemplates {
  private static final String SUFFIX = ".jinja";

  private ChatTemplates() {}

  /// The template of a directory: a string, an array of named ones, or missing.
  ///
  /// `tokenizer_config.json` comes first, then `chat_template.jinja` with the folder
  /// `additional_chat_templates` beside it, then `chat_template.json`.
  static JsonNode of(TokenizerFiles files) throws IOException {
    JsonNode template = files.tokenizerConfig().path("chat_template");
    if (template.isMissingNode()) {
      template = beside(files);
    }
    return template.isTextual() || template.isArray() ? template : MissingNode.getInstance();
  }

  private static JsonNode beside(TokenizerFiles files) throws IOException {
    if (!files.has("chat_template.jinja")) {
      return files.json("chat_template.json").path("chat_template");
    }
    Optional<String> text = files.text(files.path("chat_template.jinja"));
    if (text.isEmpty()) {
      return MissingNode.getInstance();
    }
    List<Path> others = additional(files.path("additional_chat_templates"));
    if (others.isEmpty()) {
      return new TextNode(text.get());
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    all.addObject().put("name", "default").put("template", text.get());
    for (Path other : others) {
      String name = other.getFileName().toString();
      Optional<String> template = files.text(other);
      if (template.isPresent()) {
        all.addObject()
            .put("name", name.substring(0, name.length() - SUFFIX.length()))
            .put("template", template.get());
      }
    }
    return all;
  }

  private static List<Path> additional(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }
}
