package dev.computepool.train.preflight;

import java.util.List;

/// Bytes that a run takes, with where they come from.
///
/// @param available bytes that are there; {@link Long#MAX_VALUE} if that is not known
public record Estimate(List<Part> parts, long available) {
  public Estimate {
    parts = List.copyOf(parts);
  }

  /// What takes some of them.
  ///
  /// @param formula how they are computed, with all numbers
  /// @param fixed whether they are taken whatever the examples are
  public record Part(String name, long bytes, String formula, boolean fixed) {}

  /// All of them.
  public long total() {
    return parts.stream().mapToLong(Part::bytes).reduce(0, Estimate::add);
  }

  /// Those that are taken whatever the examples are.
  long fixed() {
    return parts.stream().filter(Part::fixed).mapToLong(Part::bytes).reduce(0, Estimate::add);
  }

  private static long add(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
