package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.Shape;
import dev.computepool.llama.LlamaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The line that the library writes for each tensor, which is all it tells of what it does:
///
/// ```
/// [ 3/ 39] token_embd.weight - [ 256, 32000, 1, 1], type = f16, size = 15.62 MiB -> 4.39 MiB
/// (q4_K)
/// ```
final class TensorLine {
  private static final Pattern INDEX = Pattern.compile("\\[ *([0-9]+)/ *[0-9]+\\] ");
  private static final Pattern PLANNED =
      Pattern.compile(
          INDEX.pattern()
              + "(.*?) +- \\[ *([0-9]+), *([0-9]+), *([0-9]+), *([0-9]+)\\],"
              + " type = *(\\S+), size = [^(]*(?:\\((\\S+)\\))?\\s*");

  private TensorLine() {}

  /// The number of the tensor, from 1; empty if this is no line of a tensor.
  static OptionalInt index(String line) {
    Matcher index = INDEX.matcher(line);
    return index.lookingAt()
        ? OptionalInt.of(Integer.parseInt(index.group(1)))
        : OptionalInt.empty();
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
    for (int group = 3; group <= 6; group++) {
      extents.add(Long.parseLong(tensor.group(group)));
    }
    while (extents.size() > 1 && extents.getLast() == 1) {
      extents.removeLast();
    }
    GgmlType from = type(tensor.group(7));
    GgmlType to = tensor.group(8) == null ? from : type(tensor.group(8));
    return Optional.of(new PlannedTensor(tensor.group(2), new Shape(extents), from, to));
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
