package dev.computepool.train.preflight;

import dev.computepool.chat.LineFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A dataset as its size and its first lines describe it.
///
/// @param examples its lines; where it is large, about as many
/// @param exact whether they were counted
public record DatasetFacts(Path path, long bytes, long examples, boolean exact) {
  /// The format of a dataset's first lines; empty if there is no such file, or they have none.
  public static Optional<LineFormat> format(Path file) throws IOException {
    return Files.isRegularFile(file) ? DatasetHead.read(file).format() : Optional.empty();
  }
}
