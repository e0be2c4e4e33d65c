package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The tokens of a unigram model, and how it treats blanks and characters.
///
/// @param charsMap bytes of the map of characters, in SentencePiece's own form; none for no map
record UnigramTokens(
    TokenList list, boolean addsSpacePrefix, boolean removesExtraWhitespace, ByteBuffer charsMap) {
  private static final String FAIRSEQ_FILE = "sentencepiece.bpe.model";

  /// Ids that fairseq puts before those of the pieces.
  private static final List<String> FAIRSEQ = List.of("<s>", "<pad>", "</s>", "<unk>");

  /// The tokens as T5 has them.
  static UnigramTokens t5(SentencePieceModel model, TokenizerFiles files, OptionalInt room)
      throws IOException {
    if (room.orElse(Integer.MAX_VALUE) < model.pieces().size()) {
      noteRoom(model, files, room.orElse(0));
    }
    TokenList list = SentencePieceTokens.ofModel(model, room);
    SentencePieceTokens.addNamed(list, files);
    return of(model, list);
  }

  /// The tokens as XLM-RoBERTa has them.
  ///
  /// @return nothing if there are none, which is then noted
  static Optional<UnigramTokens> xlmRoberta(TokenizerFiles files, OptionalInt room)
      throws IOException {
    if (files.has(FAIRSEQ_FILE)) {
      return SentencePieceModel.read(files.path(FAIRSEQ_FILE), files.findings())
          .map(model -> fairseq(model, files, room));
    }
    if (files.tokenizer().isEmpty()) {
      files.findings().add(TokenizerJson.NAME, "is missing, and so is %s".formatted(FAIRSEQ_FILE));
      return Optional.empty();
    }
    return tokenizer(files, files.tokenizer().get(), room);
  }

  private static UnigramTokens of(SentencePieceModel model, TokenList list) {
    return new UnigramTokens(
        list, model.addsDummyPrefix(), model.removesExtraWhitespace(), model.charsMap());
  }

  /// The pieces from the third on, moved by one, after fairseq's own four.
  private static UnigramTokens fairseq(
      SentencePieceModel model, TokenizerFiles files, OptionalInt room) {
    if (model.algorithm() != SentencePieceModel.Algorithm.UNIGRAM) {
      files.findings().add(model.file(), "is a model of type BPE, expected unigram");
    }
    int size = Math.max(room.orElse(0), model.pieces().size());
    TokenList pieces = SentencePieceTokens.ofModel(model, OptionalInt.of(size));
    TokenList list = TokenList.padded(size, true);
    for (int id = FAIRSEQ.size(); id < size; id++) {
      list.set(id, pieces.texts().get(id - 1), pieces.types().get(id - 1), pieces.scores()[id - 1]);
    }
    for (int id = 0; id < Math.min(FAIRSEQ.size(), size); id++) {
      boolean unknown = FAIRSEQ.get(id).equals("<unk>");
      list.set(id, FAIRSEQ.get(id), unknown ? TokenType.UNKNOWN : TokenType.CONTROL, 0);
    }
    int mask = 250_001;
    if (Json.truthy(files.config().path("moe_every_n_layers")) && size > mask) {
      list.set(mask, "<mask>", TokenType.CONTROL, 0); // of Nomic's experts, missing in its model
    }
    return of(model, list);
  }

  private static Optional<UnigramTokens> tokenizer(
      TokenizerFiles files, TokenizerJson tokenizer, OptionalInt room) throws IOException {
    TokenizerModel model = tokenizer.model();
    if (!model.type().equals("Unigram")) {
      files
          .findings()
          .add(
              TokenizerJson.NAME,
              "has a model of type %s, expected Unigram".formatted(model.type()));
      return Optional.empty();
    }
    Optional<ByteBuffer> charsMap = charsMap(tokenizer.normalizer());
    if (charsMap.isEmpty()) {
      files
          .findings()
          .add(TokenizerJson.NAME, "has no map of characters (normalizer.precompiled_charsmap)");
      return Optional.empty();
    }
    AddedVocabulary added =
        AddedVocabulary.of(
            files, model.ids(), tokenizer.addedTokens(), TokenizerClass.defaults(files));
    String unknown = files.tokenizerConfig().path("unk_token").asText("");
    int unknownId =
        added.id(unknown).orElse(model.unknownId() >= 0 ? model.unknownId() : FAIRSEQ.size() - 1);
    TokenList list = TokenList.padded(Math.max(room.orElse(0), model.size()), true);
    for (Map.Entry<String, Integer> entry : model.ids().entrySet()) {
      String text = entry.getKey();
      int id = entry.getValue();
      TokenType type = TokenType.NORMAL;
      if (id == unknownId) {
        type = TokenType.UNKNOWN;
      } else if (added.namedSpecial().contains(text)) {
        type = TokenType.CONTROL;
      } else if (added.id(text).isPresent()) {
        type = TokenType.USER_DEFINED;
      }
      list.set(id, text, type, model.scores().get(id));
    }
    JsonNode config = files.tokenizerConfig();
    boolean prefix = TokenizerClass.of(files).equals("XLMRobertaTokenizer");
    return Optional.of(
        new UnigramTokens(
            list,
            config.path("add_prefix_space").asBoolean(prefix),
            config.path("clean_up_tokenization_spaces").asBoolean(false),
            charsMap.get()));
  }

  private static Optional<ByteBuffer> charsMap(JsonNode normalizer) {
    JsonNode map = normalizer.path("precompiled_charsmap");
    if (map.isTextual()) {
      try {
        return Optional.of(ByteBuffer.wrap(Base64.getDecoder().decode(map.textValue())));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    for (JsonNode part : normalizer.path("normalizers")) {
      Optional<ByteBuffer> found = charsMap(part);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static void noteRoom(SentencePieceModel model, TokenizerFiles files, int room) {
    files
        .findings()
        .add(
            model.file(),
            "has %d pieces, expected at most %d, which is vocab_size"
                .formatted(model.pieces().size(), room));
  }
}
