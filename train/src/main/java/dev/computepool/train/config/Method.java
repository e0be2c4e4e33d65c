package dev.computepool.train.config;

/// What of the model is trained.
public enum Method implements Label {
  /// Small matrices beside the weights.
  LORA,
  /// The same beside weights that are kept in 4 bits.
  QLORA,
  /// All weights.
  FULL
}
