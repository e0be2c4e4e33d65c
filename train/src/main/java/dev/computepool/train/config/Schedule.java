package dev.computepool.train.config;

/// What becomes of the learning rate after the warm-up.
public enum Schedule implements Label {
  /// Half a wave of a cosine down to the least rate.
  COSINE,
  /// A straight line down to the least rate.
  LINEAR,
  /// It stays.
  CONSTANT
}
