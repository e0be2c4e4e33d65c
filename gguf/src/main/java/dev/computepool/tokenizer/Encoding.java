package dev.computepool.tokenizer;

/// The tokens of a text, and which of it each is.
///
/// Several tokens may be parts of one character: then all of them have its range.
public final class Encoding {
  private final int[] tokens;
  private final int[] starts;
  private final int[] ends;

  Encoding(int[] tokens, int[] starts, int[] ends) {
    this.tokens = tokens;
    this.starts = starts;
    this.ends = ends;
  }

  /// How many tokens there are.
  public int length() {
    return tokens.length;
  }

  /// The number of a token in the vocabulary.
  public int token(int index) {
    return tokens[index];
  }

  /// Where the text of a token begins, in UTF-16 units; -1 if it stands for no text.
  public int start(int index) {
    return starts[index];
  }

  /// Where the text of a token ends, in UTF-16 units; -1 if it stands for no text.
  public int end(int index) {
    return ends[index];
  }

  /// All tokens, in order.
  public int[] tokens() {
    return tokens.clone();
  }
}
