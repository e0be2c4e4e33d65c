package dev.computepool.llama.quantize;

import dev.computepool.llama.FileType;
import dev.computepool.llama.QuantizeSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model that is to be quantized.
///
/// @param input the file, or the first of a split set
/// @param output the result; with {@link QuantizeSettings#keepSplit} its name without `.gguf` is
///     what those of the set begin with
/// @param matrix a file with an importance matrix, named as it is to be recorded in the result
/// @param replace whether what is there already is replaced
public record QuantizeRequest(
    Path input, Path output, QuantizeSettings settings, @Nullable Path matrix, boolean replace) {
  /// Where the result goes if nothing else is said: beside the model, named by custom.
  public static Path outputFor(Path input, FileType type) {
    return input.resolveSibling(type.fileNameFor(input.getFileName().toString()));
  }
}
