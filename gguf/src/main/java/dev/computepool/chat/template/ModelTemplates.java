package dev.computepool.chat.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.InputFile;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The chat templates of a model, and the texts of the tokens that they name.
///
/// @param templates source by name, the model's usual one as `default`
/// @param tokens text by name, such as `bos_token`; of a file of a template alone there are none
/// @param path where they are from
public record ModelTemplates(
    Path path, SequencedMap<String, String> templates, SequencedMap<String, String> tokens) {
  /// The name of the template that is used when none is named.
  public static final String DEFAULT = "default";

  /// The name of the template for conversations with tools.
  private static final String TOOL_USE = "tool_use";

  /// Larger templates are refused, in bytes.
  private static final long MAX_BYTES = 4 << 20;

  private static final String KEY = "tokenizer.chat_template";

  private static final List<String> TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  public ModelTemplates {
    templates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(templates));
    tokens = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tokens));
  }

  /// Reads those of a GGUF file, of a directory with the files of a tokenizer, or a file with
  /// nothing but a template.
  ///
  /// @throws FormatException if what is there is broken; a model without a template is not
  public static ModelTemplates read(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (Files.isDirectory(path)) {
      return directory(path);
    }
    return GgufFile.isGguf(path) ? gguf(path) : new ModelTemplates(path, one(source(path)), none());
  }

  /// The name of the template to use, as transformers chooses it: the one that is asked for, else
  /// that for tools if there are tools, else the usual one, else the only one.
  public Optional<String> choose(@Nullable String name, boolean tools) {
    if (name != null) {
      return Optional.of(name).filter(templates::containsKey);
    }
    if (tools && templates.containsKey(TOOL_USE)) {
      return Optional.of(TOOL_USE);
    }
    if (templates.containsKey(DEFAULT)) {
      return Optional.of(DEFAULT);
    }
    return templates.size() == 1 ? Optional.of(templates.firstEntry().getKey()) : Optional.empty();
  }

  /// The source of a template.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public String source(String name) {
    String source = templates.get(name);
    if (source == null) {
      throw new IllegalArgumentException(path + " has no template '" + name + "'");
    }
    return source;
  }

  /// Where a template is, as errors name it.
  public String place(String name) {
    return path.toString().endsWith(".jinja") ? path.toString() : path + ", template " + name;
  }

  private static SequencedMap<String, String> one(String source) {
    SequencedMap<String, String> templates = none();
    templates.put(DEFAULT, source);
    return templates;
  }

  private static SequencedMap<String, String> none() {
    return new LinkedHashMap<>();
  }

  private static String source(Path file) throws IOException {
    String source = InputFile.text(file, MAX_BYTES);
    int zero = source.indexOf('\0');
    if (zero >= 0) {
      throw new FormatException(
          file.toString(), new Problem("character " + zero, "is a zero, so this is no template"));
    }
    return source;
  }

  private static ModelTemplates gguf(Path file) throws IOException {
    try (GgufFile model = GgufFile.open(file)) {
      Metadata metadata = model.header().metadata();
      SequencedMap<String, String> templates = none();
      metadata.string(KEY).ifPresent(source -> templates.put(DEFAULT, source));
      for (String key : metadata.keys()) {
        if (key.startsWith(KEY + ".") && metadata.string(key).isPresent()) {
          templates.put(key.substring(KEY.length() + 1), metadata.string(key).get());
        }
      }
      SequencedMap<String, String> tokens = none();
      Optional<MetadataArray> texts = metadata.array("tokenizer.ggml.tokens");
      if (texts.isPresent()) {
        for (String name : TOKENS) {
          token(metadata, name, texts.get()).ifPresent(text -> tokens.put(name, text));
        }
      }
      return new ModelTemplates(file, templates, tokens);
    }
  }

  private static Optional<String> token(Metadata metadata, String name, MetadataArray texts)
      throws GgufFormatException {
    String key =
        switch (name) {
          case "unk_token" -> "unknown_token_id";
          case "sep_token" -> "seperator_token_id"; // as GGUF spells it
          case "pad_token" -> "padding_token_id";
          default -> name + "_id";
        };
    OptionalLong id = metadata.integer("tokenizer.ggml." + key);
    boolean there = id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < texts.length();
    return there && texts.element((int) id.getAsLong()) instanceof MetadataValue.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }

  /// As transformers reads a directory: a file of its own before `chat_template.json`, and that
  /// before `tokenizer_config.json`.
  private static ModelTemplates directory(Path directory) throws IOException {
    Problems problems = new Problems();
    Optional<ObjectNode> config =
        JsonFile.object(directory.resolve("tokenizer_config.json"), problems);
    Optional<ObjectNode> special =
        JsonFile.object(directory.resolve("special_tokens_map.json"), problems);
    Optional<ObjectNode> json = JsonFile.object(directory.resolve("chat_template.json"), problems);
    if (!problems.list().isEmpty()) {
      throw new FormatException(directory.toString(), problems.list());
    }
    SequencedMap<String, String> templates = none();
    config.ifPresent(tree -> templates.putAll(declared(tree.path("chat_template"))));
    json.ifPresent(tree -> templates.putAll(declared(tree.path("chat_template"))));
    Path file = directory.resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      templates.put(DEFAULT, source(file));
    }
    for (Path other : additional(directory.resolve("additional_chat_templates"))) {
      templates.put(other.getFileName().toString().replaceFirst("\\.jinja$", ""), source(other));
    }
    SequencedMap<String, String> tokens = none();
    for (String name : TOKENS) {
      special.flatMap(tree -> token(tree.path(name))).ifPresent(text -> tokens.put(name, text));
      config.flatMap(tree -> token(tree.path(name))).ifPresent(text -> tokens.put(name, text));
    }
    return new ModelTemplates(directory, templates, tokens);
  }

  private static List<Path> additional(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(file -> file.toString().endsWith(".jinja")).sorted().forEach(found::add);
      }
    }
    return found;
  }

  /// One template, or a list of such with names.
  private static Map<String, String> declared(JsonNode declaration) {
    Map<String, String> templates = new LinkedHashMap<>();
    if (declaration.isTextual()) {
      templates.put(DEFAULT, declaration.textValue());
    }
    if (declaration.isArray()) {
      for (JsonNode named : declaration) {
        if (named.path("name").isTextual() && named.path("template").isTextual()) {
          templates.put(named.get("name").textValue(), named.get("template").textValue());
        }
      }
    }
    return templates;
  }

  private static Optional<String> token(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
  }
}
