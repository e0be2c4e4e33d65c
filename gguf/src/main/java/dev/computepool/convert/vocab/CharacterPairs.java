package dev.computepool.convert.vocab;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// BPE of characters with bytes to fall back on: what `tokenizer.json` makes of a SentencePiece
/// model. It has no scores, so all tokens get the same one.
final class CharacterPairs {
  /// Tokens of Gemma 4 that a reader of the output is to see, to find calls of tools in it.
  static final Set<String> GEMMA4_VISIBLE =
      Set.of(
          "<|channel>",
          "<channel|>",
          "<|tool_call>",
          "<tool_call|>",
          "<|tool_response>",
          "<tool_response|>",
          "<|\"|>");

  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");
  private static final float SCORE = -1000;

  private CharacterPairs() {}

  /// Whether a tokenizer is of this kind.
  static boolean describes(TokenizerJson tokenizer) {
    TokenizerModel model = tokenizer.model();
    return model.type().equals("BPE")
        && model.byteFallback()
        && tokenizer.decoder().path("type").asText("").equals("Sequence");
  }

  /// The tokens by id.
  ///
  /// @param visible texts of control tokens that are to be user-defined
  /// @return nothing if they are no such tokens, which is then noted
  static Optional<TokenList> list(TokenizerFiles files, Predicate<String> visible)
      throws IOException {
    Optional<HuggingFaceTokens> read = HuggingFaceTokens.read(files);
    if (read.isEmpty() || files.tokenizer().isEmpty()) {
      return Optional.empty();
    }
    if (!describes(files.tokenizer().get())) {
      files
          .findings()
          .add(TokenizerJson.NAME, "is no BPE of characters with bytes to fall back on");
      return Optional.empty();
    }
    TokenizerModel model = read.get().model();
    AddedVocabulary added = read.get().added();
    Set<String> special = added.namedSpecial();
    Map<Integer, AddedToken> beyond = new TreeMap<>();
    added
        .tokens()
        .forEach(
            (id, token) -> {
              if (id >= model.size()) {
                beyond.put(id, token);
              }
            });
    TokenList list = TokenList.padded(model.size() + beyond.size(), true);
    model
        .ids()
        .forEach(
            (text, id) -> {
              if (id < model.size()) {
                list.set(id, text, type(text, special.contains(text), visible), SCORE);
              } else {
                files
                    .findings()
                    .add(
                        TokenizerJson.NAME,
                        "token %s has the id %d, expected less than %d"
                            .formatted(text, id, model.size()));
              }
            });
    int id = model.size();
    for (AddedToken token : beyond.values()) {
      boolean control = special.contains(token.content()) && !visible.test(token.content());
      list.set(id++, token.content(), control ? TokenType.CONTROL : TokenType.USER_DEFINED, SCORE);
    }
    return Optional.of(list);
  }

  private static TokenType type(String text, boolean special, Predicate<String> visible) {
    if (visible.test(text)) {
      return TokenType.USER_DEFINED;
    }
    if (BYTE.matcher(text).matches()) {
      return TokenType.BYTE;
    }
    return special ? TokenType.CONTROL : TokenType.NORMAL;
  }
}
