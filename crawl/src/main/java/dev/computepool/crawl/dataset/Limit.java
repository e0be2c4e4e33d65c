package dev.computepool.crawl.dataset;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// How long a text may be.
///
/// @param tokens counts them; null without a limit of tokens
record Limit(int maxChars, int maxTokens, @Nullable ToIntFunction<String> tokens) {
  static int chars(String text) {
    return text.codePointCount(0, text.length());
  }

  boolean holds(String text) {
    if (text.length() > 2L * maxChars || chars(text) > maxChars) {
      return false;
    }
    return tokens == null || maxTokens == 0 || tokens.applyAsInt(text) <= maxTokens;
  }
}
