package dev.computepool.train.batch;

import dev.computepool.base.Progress;
import dev.computepool.chat.LineFormat;
import dev.computepool.hash.Digest;
import dev.computepool.train.batch.TokenCounts.LeftOut;
import dev.computepool.train.data.DatasetLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Encodes datasets.
public final class DatasetTokens {
  private DatasetTokens() {}

  /// Writes the tokens of all examples of a dataset.
  ///
  /// @param format of its lines; null to tell it by the first
  /// @param key what {@link TokenFile#open} will ask for
  /// @throws EmptyDatasetException if nothing can be learned from any of its examples
  /// @throws dev.computepool.base.FormatException if a line is broken
  public static TokenCounts write(
      Path dataset,
      @Nullable LineFormat format,
      ExampleEncoder encoder,
      Path target,
      Digest key,
      int threads,
      Progress progress)
      throws IOException {
    Map<String, LeftOut> leftOut = new TreeMap<>();
    long[] sums = new long[2];
    try (TokenFile.Writer writer = TokenFile.Writer.open(target)) {
      DatasetLines.<EncodedExample>work(
          dataset,
          format,
          "Reading the dataset",
          threads,
          encoder::encode,
          example -> {
            switch (example) {
              case EncodedExample.Usable usable -> {
                writer.add(usable);
                sums[0] += usable.tokens().length;
                sums[1] += usable.cut() ? 1 : 0;
              }
              case EncodedExample.Unusable(long line, String why) ->
                  leftOut.merge(why, new LeftOut(1, line), (old, added) -> old.plus(added.first()));
            }
          },
          progress);
      TokenCounts counts = new TokenCounts(writer.examples(), sums[0], sums[1], leftOut);
      if (writer.examples() == 0) {
        throw new EmptyDatasetException(dataset, counts);
      }
      writer.commit(key);
      return counts;
    }
  }
}
