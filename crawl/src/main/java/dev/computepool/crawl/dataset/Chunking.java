package dev.computepool.crawl.dataset;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How long the text of an example is. Characters are code points of its Markdown.
///
/// @param minChars what is shorter is joined with its neighbour, or left out
/// @param maxChars what is longer is parted at headings, then at paragraphs
/// @param maxTokens the same in tokens of `tokenizer`; 0 for no such limit
/// @param tokenizer a `tokenizer.json`, or the folder of a model that has one; needed for
///     `maxTokens`, and otherwise only to count
public record Chunking(
    int minChars, int maxChars, int maxTokens, Overflow overflow, @Nullable Path tokenizer) {
  /// From 200 to 4000 characters.
  public static final Chunking DEFAULT = new Chunking(200, 4000, 0, Overflow.SPLIT, null);

  public Chunking {
    if (minChars < 0) {
      throw new IllegalArgumentException(
          "the least characters are " + minChars + ", not 0 or more");
    }
    if (maxChars < 1 || maxChars < minChars) {
      throw new IllegalArgumentException(
          "the most characters are %d, and the least %d".formatted(maxChars, minChars));
    }
    if (maxTokens < 0) {
      throw new IllegalArgumentException("the most tokens are " + maxTokens + ", not 0 or more");
    }
    if (maxTokens > 0 && tokenizer == null) {
      throw new IllegalArgumentException("a limit of tokens needs a tokenizer to count them");
    }
  }

  /// What becomes of one paragraph, list, table or code block that is too long by itself.
  public enum Overflow {
    /// It is parted where it hurts least: at sentences, items, rows, blank lines.
    SPLIT,
    /// It ends early, with `…`, and the rest is lost.
    CUT
  }
}
