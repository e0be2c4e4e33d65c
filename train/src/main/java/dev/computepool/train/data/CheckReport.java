package dev.computepool.train.data;

import dev.computepool.chat.LineFormat;
import dev.computepool.chat.Role;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is in a dataset, and what is wrong with it.
///
/// @param bytes of the file
/// @param lines blank ones included
/// @param examples lines that can be read
/// @param turns of each role in all examples; none in running text
/// @param sources different values of `meta.source_url`
/// @param characters of what is said in an example
/// @param tokens the same in tokens; null without a tokenizer
/// @param counts findings of each kind, those included that are not listed
/// @param findings in the order of the file, the first 1000 of each kind
/// @param fixed findings that were put right, of each kind; empty if nothing was to be fixed
public record CheckReport(
    LineFormat format,
    long bytes,
    long lines,
    long examples,
    Map<Role, Long> turns,
    long sources,
    Spread characters,
    @Nullable Spread tokens,
    Map<Finding.Kind, Long> counts,
    List<Finding> findings,
    Map<Finding.Kind, Long> fixed) {

  /// How many findings there are.
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /// How many of them are left.
  public long remaining() {
    return total() - fixed.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Whether it can be trained on as it is.
  public boolean isValid() {
    return remaining() == 0 && examples > 0;
  }
}
