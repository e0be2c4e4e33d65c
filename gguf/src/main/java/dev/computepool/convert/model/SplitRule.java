package dev.computepool.convert.model;

/// When a result goes on in a further file.
///
/// @param maxTensors of one file, or 0 for any number
/// @param maxBytes of the tensors of one file, or 0 for any; one tensor alone may have more
/// @param tensorsInFirst whether the first file, which has the metadata, has tensors too
public record SplitRule(int maxTensors, long maxBytes, boolean tensorsInFirst) {
  /// All in one file.
  public static final SplitRule NONE = new SplitRule(0, 0, true);

  public SplitRule {
    if (maxTensors < 0 || maxBytes < 0) {
      throw new IllegalArgumentException("%d tensors and %d bytes".formatted(maxTensors, maxBytes));
    }
  }
}
