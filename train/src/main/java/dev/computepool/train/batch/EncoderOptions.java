package dev.computepool.train.batch;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How examples become tokens.
///
/// @param maxTokens of an example, from 2
/// @param cut whether a longer one is cut off there; otherwise it is left out
/// @param answersOnly whether of a conversation only what the assistant says is learned
/// @param template a file to take the chat template from; null for the model's own
public record EncoderOptions(
    int maxTokens, boolean cut, boolean answersOnly, @Nullable Path template) {
  public EncoderOptions {
    if (maxTokens < 2) {
      throw new IllegalArgumentException("at most " + maxTokens + " tokens");
    }
  }
}
