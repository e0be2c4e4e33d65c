package dev.computepool.llama;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// How a model is to be loaded.
///
/// @param gpuLayers how many layers go to graphics processors, -1 for all; null leaves it to the
///     library
/// @param vocabularyOnly whether only the tokenizer is loaded, not the weights
public record ModelOptions(@Nullable Integer gpuLayers, boolean vocabularyOnly)
    implements Serializable {
  /// The whole model, where the library wants it.
  public static final ModelOptions DEFAULT = new ModelOptions(null, false);

  /// The tokenizer alone.
  public static final ModelOptions VOCABULARY = new ModelOptions(null, true);

  public ModelOptions {
    if (gpuLayers != null && gpuLayers < -1) {
      throw new IllegalArgumentException("GPU layers are " + gpuLayers + ", not -1 or more");
    }
  }
}
