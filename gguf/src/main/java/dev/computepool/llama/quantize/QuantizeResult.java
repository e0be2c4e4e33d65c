package dev.computepool.llama.quantize;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A model that was quantized.
///
/// @param files what was written, more than one of a split set
/// @param outputBytes of all of them
/// @param bitsPerWeight without the metadata
/// @param duration of the quantizing alone
public record QuantizeResult(
    List<Path> files, long inputBytes, long outputBytes, double bitsPerWeight, Duration duration) {
  public QuantizeResult {
    files = List.copyOf(files);
  }
}
