package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// The tokens that the transformers library sees in a directory: those of `tokenizer.json`, or of
/// the older files, and all that are added to them.
final class HuggingFaceTokens {
  private final TokenizerFiles files;
  private final TokenizerJson tokenizer;
  private final AddedVocabulary added;
  private final Map<String, Integer> ids;

  private HuggingFaceTokens(TokenizerFiles files, TokenizerJson tokenizer, AddedVocabulary added) {
    this.files = files;
    this.tokenizer = tokenizer;
    this.added = added;
    this.ids = added.all();
  }

  /// Reads them.
  ///
  /// @return nothing if there is no tokenizer, which is then noted
  static Optional<HuggingFaceTokens> read(TokenizerFiles files) throws IOException {
    Optional<TokenizerJson> tokenizer = files.tokenizer();
    if (tokenizer.isEmpty()) {
      tokenizer = older(files);
    }
    if (tokenizer.isEmpty()) {
      return Optional.empty();
    }
    AddedVocabulary added =
        AddedVocabulary.of(
            files,
            tokenizer.get().model().ids(),
            tokenizer.get().addedTokens(),
            TokenizerClass.defaults(files));
    return Optional.of(new HuggingFaceTokens(files, tokenizer.get(), added));
  }

  /// What `vocab.json` or `vocab.txt` and the class of the tokenizer tell.
  private static Optional<TokenizerJson> older(TokenizerFiles files) throws IOException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Map<String, Integer> tokens = new LinkedHashMap<>();
    ObjectNode normalizer = nodes.objectNode();
    ObjectNode preTokenizer = nodes.objectNode();
    String name = TokenizerClass.of(files);
    String type = "BPE";
    if (name.equals("BertTokenizer") && files.has("vocab.txt")) {
      type = "WordPiece";
      List<String> lines = files.text(files.path("vocab.txt")).orElse("").lines().toList();
      lines.forEach(line -> tokens.put(line, tokens.size()));
    } else if (files.has("vocab.json")) {
      for (Map.Entry<String, JsonNode> entry : files.json("vocab.json").properties()) {
        tokens.put(entry.getKey(), entry.getValue().asInt());
      }
    } else {
      files.findings().add(TokenizerJson.NAME, "is missing");
      return Optional.empty();
    }
    switch (name) {
      case "GPT2Tokenizer", "CodeGenTokenizer", "RobertaTokenizer" ->
          preTokenizer
              .put("type", "ByteLevel")
              .put(
                  "add_prefix_space",
                  files.tokenizerConfig().path("add_prefix_space").asBoolean(false));
      case "Qwen2Tokenizer" -> {
        normalizer.put("type", "NFC");
        JsonNode known = PreTokenizers.table().definition("qwen2").path("pre_tokenizer");
        preTokenizer.setAll((ObjectNode) known);
      }
      case "BertTokenizer" -> {
        normalizer.put("type", "BertNormalizer");
        preTokenizer.put("type", "BertPreTokenizer");
      }
      default -> {
        files
            .findings()
            .add(
                "vocab.json",
                "is all there is of a tokenizer of class %s, expected tokenizer.json"
                    .formatted(name.isEmpty() ? "unknown" : name));
        return Optional.empty();
      }
    }
    ObjectNode decoder = nodes.objectNode().put("type", type.equals("BPE") ? "ByteLevel" : type);
    TokenizerModel model =
        new TokenizerModel(type, tokens, List.of(), List.of(), null, -1, false, true, false);
    return Optional.of(
        new TokenizerJson(
            nodes.arrayNode(),
            normalizer,
            preTokenizer,
            MissingNode.getInstance(),
            decoder,
            model));
  }

  TokenizerModel model() {
    return tokenizer.model();
  }

  AddedVocabulary added() {
    return added;
  }

  /// All tokens with their ids.
  Map<String, Integer> ids() {
    return ids;
  }

  /// The tokens by id. What was added is control or user-defined, and is written as it looks in a
  /// text: llama.cpp looks for it there before anything else.
  ///
  /// @param room number of ids, or empty for as many as there are tokens; a token beyond is noted
  TokenList list(OptionalInt room) {
    int size = room.orElse(ids.size());
    checkIds(size);
    TokenList list = TokenList.padded(size, false);
    boolean cleansUp =
        !tokenizer.model().type().equals("BPE")
            && files.tokenizerConfig().path("clean_up_tokenization_spaces").asBoolean(false);
    TokenDecoder decoder = new TokenDecoder(tokenizer.decoder(), cleansUp);
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      int id = entry.getValue();
      if (id >= size) {
        continue;
      }
      String text = entry.getKey();
      Optional<AddedToken> token = added.id(text).flatMap(added::get);
      if (token.isEmpty()) {
        list.set(id, text, TokenType.NORMAL, 0);
        continue;
      }
      String shown = token.get().normalized() ? text : decoder.decode(text);
      if (token.get().special() || TokenList.looksSpecial(shown)) {
        list.set(id, shown, TokenType.CONTROL, 0);
      } else {
        list.set(id, shown.replace('▁', ' '), TokenType.USER_DEFINED, 0);
      }
    }
    return list;
  }

  private void checkIds(int size) {
    Map<Integer, String> byId = new HashMap<>();
    Map<Integer, String> beyond = new TreeMap<>();
    ids.forEach(
        (text, id) -> {
          String other = byId.putIfAbsent(id, text);
          if (other != null) {
            files
                .findings()
                .add(
                    TokenizerJson.NAME,
                    "tokens %s and %s both have the id %d".formatted(other, text, id));
          }
          if (id >= size) {
            beyond.put(id, text);
          }
        });
    beyond.entrySet().stream()
        .findFirst()
        .ifPresent(
            first ->
                files
                    .findings()
                    .add(
                        TokenizerJson.NAME,
                        "%d tokens have ids from %d on, which is vocab_size; the first is %s, %d"
                            .formatted(beyond.size(), size, first.getValue(), first.getKey())));
  }

  /// The name of the pre-tokenizer, or `default` where there is none, which is then noted.
  String preTokenizer() {
    PreTokenizers.Subject subject =
        new PreTokenizers.Subject(
            tokenizer,
            ids,
            files.config().path("model_type").asText(""),
            files.tokenizerConfig().path("tokenizer_class").asText(""));
    try {
      return PreTokenizers.table().recognise(subject);
    } catch (UnknownComponentException e) {
      files.findings().add(TokenizerJson.NAME, e.what());
      return "default";
    }
  }
}
