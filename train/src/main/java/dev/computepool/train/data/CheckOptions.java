package dev.computepool.train.data;

import dev.computepool.chat.LineFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a dataset is checked.
///
/// @param format that its lines should have; null for the one its first line has
/// @param tokenizer a `tokenizer.json`, or the folder of a model that has one; null to count no
///     tokens
/// @param context the most tokens an example may have; 0 for no limit
/// @param nearDuplicates the similarity, from 0.5 to 1, from which an example counts as a copy of
///     an earlier one; 0 to compare none
/// @param threads that read lines, at least one
public record CheckOptions(
    @Nullable LineFormat format,
    @Nullable Path tokenizer,
    int context,
    double nearDuplicates,
    int threads) {
  public CheckOptions {
    if (context < 0) {
      throw new IllegalArgumentException("the context is " + context + " tokens, not 0 or more");
    }
    if (context > 0 && tokenizer == null) {
      throw new IllegalArgumentException("a context needs a tokenizer to count its tokens");
    }
    if (nearDuplicates != 0 && !(nearDuplicates >= 0.5 && nearDuplicates <= 1)) {
      throw new IllegalArgumentException("similarity must be from 0.5 to 1, not " + nearDuplicates);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads are " + threads + ", not 1 or more");
    }
  }
}
