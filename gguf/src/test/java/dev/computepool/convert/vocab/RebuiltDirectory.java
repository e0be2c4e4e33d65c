package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Hugging Face directory that the vocabulary of a GGUF file could have been made of.
final class RebuiltDirectory {
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final float ADDED_SCORE = -1000;

  private final Path path;
  private final Metadata metadata;
  private final List<String> tokens;
  private final long[] types;
  private final float[] scores; // of all tokens, or none

  private RebuiltDirectory(Path path, Metadata metadata) {
    this.path = path;
    this.metadata = metadata;
    this.tokens = array("tokens").strings();
    this.types = array("token_type").integers();
    this.scores =
        metadata.contains("tokenizer.ggml.scores") ? array("scores").floats() : new float[0];
  }

  /// Writes it.
  ///
  /// @return how it is to be read, or nothing if the file does not say enough
  static Optional<VocabularyKind> write(Path path, Metadata metadata) throws IOException {
    RebuiltDirectory directory = new RebuiltDirectory(path, metadata);
    Files.createDirectories(path);
    directory.configs();
    return switch (directory.text("model").orElse("")) {
      case "gpt2" -> directory.bytePair();
      case "llama" -> directory.sentencePiece("tokenizer.model", 2, VocabularyKind.LLAMA);
      case "t5" -> directory.sentencePiece("spiece.model", 1, VocabularyKind.T5);
      case "bert" -> directory.wordPieces();
      case "gemma4" -> directory.characters();
      default -> Optional.empty();
    };
  }

  private MetadataArray array(String key) {
    return (MetadataArray) metadata.get("tokenizer.ggml." + key).orElseThrow();
  }

  private Optional<String> text(String key) {
    return metadata.get("tokenizer.ggml." + key).map(MetadataValue::toString);
  }

  private boolean isPad(int id) {
    return tokens.get(id).equals("[PAD" + id + "]");
  }

  private void configs() throws IOException {
    ObjectNode config = Json.MAPPER.createObjectNode().put("vocab_size", tokens.size());
    Map<String, String> roles =
        Map.of(
            "bos",
            "bos",
            "eos",
            "eos",
            "unknown",
            "unk",
            "seperator",
            "sep",
            "padding",
            "pad",
            "mask",
            "mask");
    roles.forEach(
        (key, role) ->
            text(key + "_token_id")
                .ifPresent(id -> config.put(role + "_token_id", Integer.parseInt(id))));
    write("config.json", config);
    ObjectNode tokenizer = Json.MAPPER.createObjectNode().put("model_max_length", 512);
    for (String role : List.of("bos", "eos", "sep")) {
      text("add_" + role + "_token")
          .ifPresent(flag -> tokenizer.put("add_" + role + "_token", flag.equals("true")));
    }
    metadata
        .get("tokenizer.chat_template")
        .ifPresent(template -> tokenizer.put("chat_template", template.toString()));
    ObjectNode decoder = tokenizer.putObject("added_tokens_decoder");
    for (int id = 0; id < tokens.size(); id++) {
      if (isAdded(id)) {
        decoder
            .putObject(Integer.toString(id))
            .put("content", tokens.get(id))
            .put("special", types[id] == CONTROL)
            .put("normalized", true);
      }
    }
    write("tokenizer_config.json", tokenizer);
  }

  /// Whether a token was put into the place of one of the model, or beside them.
  private boolean isAdded(int id) {
    boolean marked = types[id] == CONTROL || types[id] == USER_DEFINED;
    return marked && !isPad(id) && (scores.length == 0 || scores[id] == ADDED_SCORE);
  }

  private ObjectNode tokenizer(String type) {
    ObjectNode tree = Json.MAPPER.createObjectNode();
    ArrayNode added = tree.putArray("added_tokens");
    ObjectNode model = tree.putObject("model").put("type", type);
    ObjectNode ids = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      if (isPad(id)) {
        continue;
      }
      ids.put(tokens.get(id), id);
      if (types[id] == CONTROL || types[id] == USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("special", types[id] == CONTROL)
            .put("normalized", true);
      }
    }
    return tree;
  }

  private Optional<VocabularyKind> bytePair() throws IOException {
    Optional<String> pre = text("pre");
    if (pre.isEmpty()) {
      return Optional.empty();
    }
    String definition =
        PreTokenizers.table().rows().stream()
            .filter(row -> row.name().equals(pre.get()) || row.alike().contains(pre.get()))
            .findFirst()
            .orElseThrow()
            .definitions()
            .getFirst();
    JsonNode known = PreTokenizers.table().definition(definition);
    ObjectNode tree = tokenizer("BPE");
    ArrayNode merges = ((ObjectNode) tree.path("model")).putArray("merges");
    array("merges").strings().forEach(merges::add);
    ((ObjectNode) tree.path("model")).put("ignore_merges", pre.get().equals("llama-bpe"));
    if (pre.get().equals("llama-bpe")) {
      tree.putObject("post_processor")
          .put("type", "TemplateProcessing")
          .putArray("single")
          .addObject()
          .putObject("SpecialToken")
          .put("id", "<|begin_of_text|>");
    }
    if (pre.get().equals("mpt") || pre.get().equals("olmo")) {
      tree.putObject("normalizer").put("type", "NFC");
    } else if (known.has("normalizer")) {
      tree.set("normalizer", known.path("normalizer"));
    }
    tree.set("pre_tokenizer", known.path("pre_tokenizer"));
    write("tokenizer.json", tree);
    return Optional.of(VocabularyKind.BYTE_PAIR);
  }

  private Optional<VocabularyKind> characters() throws IOException {
    ObjectNode tree = tokenizer("BPE");
    tree.putObject("decoder").put("type", "Sequence");
    ObjectNode model = (ObjectNode) tree.path("model");
    model.put("byte_fallback", true);
    ArrayNode merges = model.putArray("merges");
    for (String merge : array("merges").strings()) {
      int blank = merge.indexOf(' ', 1);
      merges.addArray().add(merge.substring(0, blank)).add(merge.substring(blank + 1));
    }
    write("tokenizer.json", tree);
    ObjectNode config =
        (ObjectNode) Json.MAPPER.readTree(path.resolve("tokenizer_config.json").toFile());
    config.remove("added_tokens_decoder");
    ArrayNode special = config.putArray("extra_special_tokens");
    for (int id = 0; id < tokens.size(); id++) {
      if (types[id] == CONTROL) {
        special.add(tokens.get(id));
      }
    }
    write("tokenizer_config.json", config);
    return Optional.of(VocabularyKind.GEMMA4);
  }

  private Optional<VocabularyKind> wordPieces() throws IOException {
    List<String> pieces = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      boolean starts = token.startsWith("▁");
      pieces.add(types[id] == CONTROL ? token : starts ? token.substring(1) : "##" + token);
    }
    ObjectNode tree = Json.MAPPER.createObjectNode();
    tree.putObject("normalizer").put("type", "BertNormalizer");
    ObjectNode ids = tree.putObject("model").put("type", "WordPiece").putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      ids.put(pieces.get(id), id);
    }
    write("tokenizer.json", tree);
    return Optional.of(VocabularyKind.BERT);
  }

  private Optional<VocabularyKind> sentencePiece(String name, int algorithm, VocabularyKind kind)
      throws IOException {
    TinyDirectory.Pieces pieces = new TinyDirectory.Pieces();

    String unknown = tokens.get(Integer.parseInt(text("unknown_token_id").orElse("0")));
    for (int id = 0; id < tokens.size(); id++) {
      if (!isPad(id)) {
        boolean isUnknown = tokens.get(id).equals(unknown);
        long type = isAdded(id) || types[id] == UNKNOWN ? NORMAL : types[id];
        pieces.add(tokens.get(id), scores[id], isUnknown ? UNKNOWN : (int) type);
      }
    }
    byte[] charsMap = null;
    if (metadata.contains("tokenizer.ggml.precompiled_charsmap")) {
      long[] values = array("precompiled_charsmap").integers();
      charsMap = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        charsMap[i] = (byte) values[i];
      }
    }
    Files.write(path.resolve(name), pieces.bytes(algorithm, true, true, charsMap));
    return Optional.of(kind);
  }

  private void write(String name, JsonNode tree) throws IOException {
    Json.MAPPER.writeValue(path.resolve(name).toFile(), tree);
  }
}
