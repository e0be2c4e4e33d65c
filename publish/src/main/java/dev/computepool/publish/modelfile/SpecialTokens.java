package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tokens of a vocabulary that are no text: those that begin and end turns are among them.
///
/// @param texts of all such tokens, in the order of the vocabulary; empty if no vocabulary is known
/// @param ends texts of those that end an answer by themselves, such as the token of the end
/// @param addsBos whether the tokenizer begins each text with the token for that
public record SpecialTokens(
    SequencedSet<String> texts, SequencedSet<String> ends, boolean addsBos) {
  /// The types of GGUF that are special: control tokens, and those that a user added.
  private static final Set<Long> SPECIAL_TYPES = Set.of(3L, 4L);

  /// The byte-pair vocabularies that begin a text without being told to.
  private static final Set<String> BEGINNERS =
      Set.of(
          "llama3",
          "llama-v3",
          "llama-bpe",
          "falcon3",
          "falcon-h1",
          "pixtral",
          "midm-2.0",
          "lfm2",
          "jina-v5-nano",
          "tekken",
          "chameleon");

  private static final List<String> END_KEYS =
      List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id");

  public SpecialTokens {
    texts = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(texts));
    ends = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(ends));
  }

  /// Those of a GGUF file, or of a directory with the files of a tokenizer; none for anything else.
  ///
  /// @throws FormatException if what is there is broken
  public static SpecialTokens read(Path model) throws IOException {
    if (Files.isDirectory(model)) {
      return directory(model);
    }
    if (GgufFile.isGguf(model)) {
      try (GgufFile file = GgufFile.open(model)) {
        return of(file.header().metadata());
      }
    }
    return new SpecialTokens(new LinkedHashSet<>(), new LinkedHashSet<>(), true);
  }

  /// Those of a GGUF file whose metadata was read.
  ///
  /// @throws FormatException if keys hold what they must not
  public static SpecialTokens of(Metadata metadata) throws IOException {
    SequencedSet<String> texts = new LinkedHashSet<>();
    SequencedSet<String> ends = new LinkedHashSet<>();
    Optional<MetadataArray> tokens = metadata.array("tokenizer.ggml.tokens");
    Optional<MetadataArray> types = metadata.array("tokenizer.ggml.token_type");
    if (tokens.isPresent() && types.isPresent() && types.get().elementType().isInteger()) {
      long[] kinds = types.get().integers();
      for (int id = 0; id < Math.min(kinds.length, tokens.get().length()); id++) {
        if (SPECIAL_TYPES.contains(kinds[id])) {
          text(tokens.get(), id).ifPresent(texts::add);
        }
      }
    }
    for (String key : END_KEYS) {
      OptionalLong id = metadata.integer(key);
      if (tokens.isPresent() && id.isPresent()) {
        text(tokens.get(), id.getAsLong()).ifPresent(ends::add);
      }
    }
    return new SpecialTokens(texts, ends, addsBos(metadata));
  }

  /// What llama.cpp goes by, which is what Ollama runs.
  private static boolean addsBos(Metadata metadata) throws IOException {
    Optional<Boolean> told = metadata.bool("tokenizer.ggml.add_bos_token");
    if (told.isPresent()) {
      return told.get();
    }
    return switch (metadata.string("tokenizer.ggml.model").orElse("")) {
      case "gpt2" -> BEGINNERS.contains(metadata.string("tokenizer.ggml.pre").orElse(""));
      case "t5", "rwkv" -> false;
      default -> true;
    };
  }

  private static Optional<String> text(MetadataArray tokens, long id) {
    return id >= 0
            && id < tokens.length()
            && tokens.element((int) id) instanceof MetadataValue.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }

  private static SpecialTokens directory(Path directory) throws IOException {
    Problems problems = new Problems();
    Optional<ObjectNode> tokenizer = JsonFile.object(directory.resolve("tokenizer.json"), problems);
    Optional<ObjectNode> config =
        JsonFile.object(directory.resolve("tokenizer_config.json"), problems);
    Optional<ObjectNode> generation =
        JsonFile.object(directory.resolve("generation_config.json"), problems);
    if (!problems.list().isEmpty()) {
      throw new FormatException(directory.toString(), problems.list());
    }
    SequencedSet<String> texts = new LinkedHashSet<>();
    SequencedSet<String> ends = new LinkedHashSet<>();
    List<Long> endIds = new ArrayList<>();
    JsonNode ids = generation.map(tree -> tree.path("eos_token_id")).orElse(null);
    if (ids != null) {
      (ids.isArray() ? ids : List.of(ids)).forEach(id -> endIds.add(id.asLong(-1)));
    }
    tokenizer.ifPresent(
        tree ->
            tree.path("added_tokens")
                .forEach(token -> add(token, token.path("id").asLong(-1), endIds, texts, ends)));
    config.ifPresent(
        tree -> {
          for (Map.Entry<String, JsonNode> token : tree.path("added_tokens_decoder").properties()) {
            long id = token.getKey().matches("[0-9]{1,9}") ? Long.parseLong(token.getKey()) : -1;
            add(token.getValue(), id, endIds, texts, ends);
          }
          JsonNode end = tree.path("eos_token");
          String text = end.isObject() ? end.path("content").asText("") : end.asText("");
          if (!text.isEmpty()) {
            ends.add(text);
          }
        });
    return new SpecialTokens(
        texts,
        ends,
        addsBos(config.map(tree -> tree.path("add_bos_token")), tokenizer.orElse(null)));
  }

  /// What the GGUF file will say that is made of a directory, or llama.cpp where that says nothing.
  private static boolean addsBos(Optional<JsonNode> told, @Nullable JsonNode tokenizer) {
    if (told.isPresent() && told.get().isBoolean()) {
      return told.get().booleanValue();
    }
    if (tokenizer == null) {
      return true; // as SentencePiece's own files have it
    }
    JsonNode processor = tokenizer.path("post_processor");
    JsonNode all = processor.path("processors");
    for (JsonNode one : all.isArray() ? all : List.of(processor)) {
      if (one.path("single").path(0).has("SpecialToken")) {
        return true;
      }
    }
    JsonNode model = tokenizer.path("model");
    return !model.path("type").asText("").equals("BPE")
        || model.path("byte_fallback").asBoolean(false);
  }

  private static void add(
      JsonNode token, long id, List<Long> endIds, Set<String> texts, Set<String> ends) {
    String text = token.path("content").asText("");
    if (!text.isEmpty()) {
      if (token.path("special").asBoolean(false)) {
        texts.add(text);
      }
      if (endIds.contains(id)) {
        ends.add(text);
      }
    }
  }

  /// The special tokens in a text, in order; where one begins another, the longer one.
  List<String> in(String text) {
    List<String> found = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      String longest = "";
      for (String token : texts) {
        if (token.length() > longest.length() && text.startsWith(token, at)) {
          longest = token;
        }
      }
      if (!longest.isEmpty()) {
        found.add(longest);
      }
      at += Math.max(1, longest.length());
    }
    return found;
  }
}
