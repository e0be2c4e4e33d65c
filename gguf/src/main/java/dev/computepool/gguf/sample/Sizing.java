package dev.computepool.gguf.sample;

import dev.computepool.gguf.sample.SampleSpec.Size;

/// Finds a size of model that makes a file of a wanted size.
final class Sizing {
  private static final int[] EMBEDDINGS = {
    64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 5120, 8192
  };
  private static final int STEP = 32;
  private static final int CONTEXT = 4096;

  private final SampleSpec.Builder builder;
  private final SampleVocabulary vocabulary;

  private Sizing(SampleSpec.Builder builder) {
    this.builder = builder;
    this.vocabulary = SampleVocabulary.of(builder.build());
  }

  /// The widest model of usual proportions that fits, its feed-forward network widened until the
  /// file is full.
  static SampleSpec fit(SampleSpec.Builder builder, long bytes) {
    Sizing sizing = new Sizing(builder);
    for (int i = EMBEDDINGS.length - 1; i >= 0; i--) {
      int embedding = EMBEDDINGS[i];
      if (sizing.bytes(embedding, 2 * embedding) <= bytes) {
        return sizing.fill(embedding, bytes);
      }
    }
    throw new IllegalArgumentException(
        "the smallest sample of this kind has %d bytes, more than %d"
            .formatted(sizing.bytes(EMBEDDINGS[0], 2 * EMBEDDINGS[0]), bytes));
  }

  private SampleSpec fill(int embedding, long bytes) {
    int low = 2 * embedding / STEP; // fits
    int high = 64 * embedding / STEP;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (bytes(embedding, middle * STEP) <= bytes) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return spec(embedding, low * STEP);
  }

  private long bytes(int embedding, int feedForward) {
    return SampleModel.layout(spec(embedding, feedForward), vocabulary).fileSize();
  }

  private SampleSpec spec(int embedding, int feedForward) {
    return builder.size(size(embedding, feedForward)).build();
  }

  private Size size(int embedding, int feedForward) {
    int layers = Math.clamp(embedding / 96, 2, 48);
    int heads = Math.max(2, embedding / (embedding < 512 ? 32 : 128));
    int kvHeads = builder.architecture() == Architecture.GPT2 ? heads : kvHeads(heads);
    return new Size(layers, embedding, feedForward, heads, kvHeads, CONTEXT);
  }

  private static int kvHeads(int heads) {
    for (int group : new int[] {4, 3, 2}) {
      if (heads % group == 0) {
        return heads / group;
      }
    }
    return heads;
  }
}
