package dev.computepool.llama.quantize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the library warns of in a dry run. Of tensors whose rows do not suit a type it does in a
/// line each, hundreds for some models; here all with the same fate share one.
final class LibraryWarnings {
  private static final String MARK = "warning: ";
  private static final Pattern FALLBACK =
      Pattern.compile(
          "(\\S+) - ncols (\\d+) not divisible by (\\d+) \\(required for type (\\S+)\\)"
              + " -> falling back to (\\S+)");

  private LibraryWarnings() {}

  /// A type that was asked for, how large its blocks are, and the type that tensors get instead.
  private record Fallback(String from, String block, String to) {}

  /// @param columns of the first
  private record Tensors(String first, String columns, int count) {
    Tensors plus(Tensors more) {
      return new Tensors(first, columns, count + more.count);
    }
  }

  /// The warnings among the library's lines.
  static List<String> of(List<String> lines) {
    List<String> warnings = new ArrayList<>();
    Map<Fallback, Tensors> fallbacks = new LinkedHashMap<>();
    for (String line : lines) {
      if (line.startsWith(MARK)) {
        String warning = line.substring(MARK.length()).replaceAll(" +", " ").strip();
        Matcher told = FALLBACK.matcher(warning);
        if (told.matches()) {
          fallbacks.merge(
              new Fallback(told.group(4), told.group(3), told.group(5)),
              new Tensors(told.group(1), told.group(2), 1),
              Tensors::plus);
        } else {
          warnings.add(warning);
        }
      }
    }
    fallbacks.forEach((fallback, tensors) -> warnings.add(sentence(fallback, tensors)));
    return warnings;
  }

  private static String sentence(Fallback fallback, Tensors tensors) {
    return tensors.count == 1
        ? "%s becomes %s, not %s: its rows of %s weights are not whole blocks of %s"
            .formatted(tensors.first, fallback.to, fallback.from, tensors.columns, fallback.block)
        : "%d tensors become %s, not %s: their rows are not whole blocks of %s weights (%s: %s)"
            .formatted(
                tensors.count,
                fallback.to,
                fallback.from,
                fallback.block,
                tensors.first,
                tensors.columns);
  }
}
