package dev.computepool.train.config;

/// How examples of different lengths become batches.
public enum Packing implements Label {
  /// Examples of about the same length together, so that little is padding.
  BUCKETS,
  /// Several examples one after the other in a row, none of which sees another.
  PACK,
  /// As they come, padded to the longest.
  NONE
}
