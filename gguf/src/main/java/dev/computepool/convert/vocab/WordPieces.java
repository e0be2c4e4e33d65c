package dev.computepool.convert.vocab;

/// Word pieces as llama.cpp looks them up: what begins a word is marked, not what continues one.
final class WordPieces {
  private static final String CONTINUES = "##";

  private WordPieces() {}

  /// Takes the mark off pieces that continue a word and puts one on those that begin one.
  static void markStarts(TokenList list) {
    for (int id = 0; id < list.size(); id++) {
      list.texts().set(id, marked(list.texts().get(id), list.types().get(id)));
    }
  }

  private static String marked(String text, TokenType type) {
    if (type == TokenType.CONTROL) {
      return text;
    }
    return text.startsWith(CONTINUES) ? text.substring(CONTINUES.length()) : "▁" + text;
  }

  /// The name that converters write. llama.cpp cuts all texts for word pieces alike and does not
  /// look at it.
  static String preTokenizer(HuggingFaceTokens tokens) {
    TokenizerModel model = tokens.model();
    if (model.size() == 30_522 && model.ids().getOrDefault("the", 0) == 1996) {
      return "jina-v2-en"; // BERT's English vocabulary, for which there are two names
    }
    return model.size() == 21_128 ? "bert-bge-large" : "default";
  }
}
