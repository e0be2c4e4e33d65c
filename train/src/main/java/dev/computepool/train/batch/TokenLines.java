package dev.computepool.train.batch;

import dev.computepool.base.AtomicFile;
import dev.computepool.train.model.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Encoded examples for other programs: a JSON object on each line, with `input_ids` and `labels`,
/// of which -100 is not learned, as transformers wants them.
public final class TokenLines {
  private TokenLines() {}

  /// Writes some examples of a file.
  ///
  /// @param chosen their numbers
  /// @param mask whether lines have an `attention_mask` too, which is 1 throughout
  public static void write(TokenFile examples, int[] chosen, boolean mask, Path target)
      throws IOException {
    try (AtomicFile file = AtomicFile.replace(target)) {
      for (int example : chosen) {
        file.write(
            ByteBuffer.wrap(line(examples, example, mask).getBytes(StandardCharsets.US_ASCII)));
      }
      file.commit();
    }
  }

  private static String line(TokenFile examples, int example, boolean mask) {
    int length = examples.length(example);
    StringBuilder ids = new StringBuilder("{\"input_ids\": [");
    StringBuilder labels = new StringBuilder("], \"labels\": [");
    for (int i = 0; i < length; i++) {
      int packed = examples.packed(example, i);
      String separator = i == 0 ? "" : ", ";
      ids.append(separator).append(EncodedExample.token(packed));
      // What begins an example is predicted by nothing.
      boolean learned = i > 0 && EncodedExample.isLearned(packed);
      labels.append(separator).append(learned ? EncodedExample.token(packed) : Batch.NO_LOSS);
    }
    ids.append(labels).append(']');
    if (mask) {
      ids.append(", \"attention_mask\": [1").append(", 1".repeat(length - 1)).append(']');
    }
    return ids.append("}\n").toString();
  }
}
