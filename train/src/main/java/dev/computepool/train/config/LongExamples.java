package dev.computepool.train.config;

/// What becomes of an example with more tokens than fit.
public enum LongExamples implements Label {
  /// Its end is cut off.
  TRUNCATE,
  /// It is left out.
  DROP
}
