package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;

/// The tokens of a SentencePiece model, and those that other files add or put in their place.
final class SentencePieceTokens {
  private static final float ADDED_SCORE = -1000;

  private SentencePieceTokens() {}

  /// The tokens as most families have them. Ids beyond the room are left out.
  static TokenList list(SentencePieceModel model, TokenizerFiles files, OptionalInt room)
      throws IOException {
    TokenList list = ofModel(model, room);
    addNamed(list, files);
    JsonNode decoder = files.tokenizerConfig().path("added_tokens_decoder");
    for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
      int id = id(entry.getKey());
      String text = entry.getValue().path("content").asText("");
      if (id < 0 || !entry.getValue().path("content").isTextual()) {
        noteToken(files, entry);
      } else if (id < list.size()) {
        if (entry.getValue().path("special").asBoolean(false) || TokenList.looksSpecial(text)) {
          list.set(id, text, TokenType.CONTROL, ADDED_SCORE);
        } else {
          list.set(id, text.replace('▁', ' '), TokenType.USER_DEFINED, ADDED_SCORE);
        }
      }
    }
    return list;
  }

  /// The tokens as Phi-3 has them: what is added counts as it is marked, and all of it has to fit.
  static TokenList phi3(SentencePieceModel model, TokenizerFiles files, OptionalInt room)
      throws IOException {
    TokenList list = ofModel(model, room);
    if (list.size() < model.pieces().size()) {
      files
          .findings()
          .add(
              model.file(),
              "has %d pieces, expected at most %d, which is vocab_size"
                  .formatted(model.pieces().size(), list.size()));
    }
    addNamed(list, files);
    JsonNode decoder = files.tokenizerConfig().path("added_tokens_decoder");
    for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
      add(list, id(entry.getKey()), entry.getValue(), files, "tokenizer_config.json");
    }
    if (files.tokenizer().isPresent()) {
      for (JsonNode token : files.tokenizer().get().addedTokens()) {
        add(list, token.path("id").asInt(-1), token, files, TokenizerJson.NAME);
      }
    }
    return list;
  }

  /// The pieces, and nothing where the model has more ids than the room.
  static TokenList ofModel(SentencePieceModel model, OptionalInt room) {
    TokenList list = TokenList.padded(room.orElse(model.pieces().size()), true);
    for (int id = 0; id < Math.min(model.pieces().size(), list.size()); id++) {
      SentencePieceModel.Piece piece = model.pieces().get(id);
      list.set(id, piece.text(), piece.writtenType(), piece.score());
    }
    return list;
  }

  /// Adds the tokens of `added_tokens.json`.
  static void addNamed(TokenList list, TokenizerFiles files) throws IOException {
    for (Map.Entry<String, JsonNode> entry : files.json("added_tokens.json").properties()) {
      int id = entry.getValue().asInt(-1);
      if (id < 0) {
        files
            .findings()
            .add(
                "added_tokens.json",
                "token %s has the id %s, expected an integer from 0 on"
                    .formatted(entry.getKey(), entry.getValue()));
      } else if (id < list.size()) {
        list.set(id, entry.getKey(), TokenType.USER_DEFINED, ADDED_SCORE);
      }
    }
  }

  private static void add(
      TokenList list, int id, JsonNode token, TokenizerFiles files, String place) {
    if (id < 0 || id >= list.size() || !token.path("content").isTextual()) {
      files
          .findings()
          .add(
              place,
              "has the token %s with the id %d, expected a text and less than %d, which is"
                      .formatted(token, id, list.size())
                  + " vocab_size");
      return;
    }
    boolean control = token.path("special").asBoolean(false);
    list.set(
        id,
        token.path("content").textValue(),
        control ? TokenType.CONTROL : TokenType.USER_DEFINED,
        ADDED_SCORE);
  }

  private static void noteToken(TokenizerFiles files, Map.Entry<String, JsonNode> entry) {
    files
        .findings()
        .add(
            "tokenizer_config.json",
            "added_tokens_decoder has %s: %s, expected an id and a token"
                .formatted(entry.getKey(), entry.getValue()));
  }

  private static int id(String text) {
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
  }
}
