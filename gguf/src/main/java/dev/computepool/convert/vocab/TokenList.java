package dev.computepool.convert.vocab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The tokens of a vocabulary by id. Ids that no token has are there too: `[PAD7]`, unused.
final class TokenList {
  private static final float PAD_SCORE = -10_000f;

  private final List<String> texts;
  private final List<TokenType> types;
  private final float[] scores;
  private final boolean scored;

  private TokenList(List<String> texts, List<TokenType> types, float[] scores, boolean scored) {
    this.texts = texts;
    this.types = types;
    this.scores = scores;
    this.scored = scored;
  }

  /// As many ids as asked for, none of them taken yet.
  static TokenList padded(int size, boolean scored) {
    List<String> texts = new ArrayList<>(size);
    for (int id = 0; id < size; id++) {
      texts.add("[PAD" + id + "]");
    }
    List<TokenType> types = new ArrayList<>(Collections.nCopies(size, TokenType.UNUSED));
    float[] scores = new float[scored ? size : 0];
    Arrays.fill(scores, PAD_SCORE);
    return new TokenList(texts, types, scores, scored);
  }

  int size() {
    return texts.size();
  }

  boolean scored() {
    return scored;
  }

  List<String> texts() {
    return texts;
  }

  List<TokenType> types() {
    return types;
  }

  float[] scores() {
    return scores;
  }

  /// Gives an id to a token, in place of the one that had it.
  void set(int id, String text, TokenType type, float score) {
    texts.set(id, text);
    types.set(id, type);
    if (scored) {
      scores[id] = score;
    }
  }

  /// Whether a token that is not marked as one of control was meant to be one, by its text.
  static boolean looksSpecial(String token) {
    return switch (token) {
      case "<pad>", "<mask>", "<2mass>", "[@BOS@]" -> true;
      default ->
          between(token, "<|", "|>")
              || between(token, "<｜", "｜>")
              || between(token, "<unused", ">");
    };
  }

  private static boolean between(String token, String start, String end) {
    return token.startsWith(start) && token.endsWith(end);
  }
}
