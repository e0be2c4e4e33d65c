package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.Shape;
import dev.computepool.llama.LlamaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The line that the library writes for each tensor, which is all it tells of what it does:
///
/// ```
/// [ 3/ 39] token_embd.weight - [ 256, 32000, 1, 1], type = f16, size = 15.62 MiB -> 4.39 MiB
/// (q4_K)
/// ```
final class TensorLine {
  private static final Pattern PLANNED =
      Pattern.compile(
          "\\[ *[0-9]+/ *[0-9]+\\] "
              + "(.*?) +- \\[ *([0-9]+), *([0-9]+), *([0-9]+), *([0-9]+)\\],"
              + " type = *(\\S+), size = [^(]*(?:\\((\\S+)\\))?\\s*");

  private TensorLine() {}

  /// What a dry run says of all tensors, in its order.
  ///
  /// @param lines of which others are passed over
  /// @throws LlamaException if one names a type that this program does not know
  static List<PlannedTensor> allPlanned(List<String> lines) throws LlamaException {
    List<PlannedTensor> tensors = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("[")) {
        planned(line).ifPresent(tensors::add);
      }
    }
    return tensors;
  }

  /// What a dry run says of a tensor; empty if this is no line of a tensor.
  ///
  /// @throws LlamaException if it names a type that this program does not know
  static Optional<PlannedTensor> planned(String line) throws LlamaException {
    Matcher tensor = PLANNED.matcher(line);
    if (!tensor.matches()) {
      return Optional.empty();
    }
    List<Long> extents = new ArrayList<>();
    for (int group = 2; group <= 5; group++) {
      extents.add(Long.parseLong(tensor.group(group)));
    }
    while (extents.size() > 1 && extents.getLast() == 1) {
      extents.removeLast();
    }
    GgmlType from = type(tensor.group(6));
    GgmlType to = tensor.group(7) == null ? from : type(tensor.group(7));
    return Optional.of(new PlannedTensor(tensor.group(1), new Shape(extents), from, to));
  }

  private static GgmlType type(String name) throws LlamaException {
    try {
      return GgmlType.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new LlamaException(
          "llama.cpp quantizes to '%s', which this program does not know".formatted(name),
          List.of());
    }
  }
}
