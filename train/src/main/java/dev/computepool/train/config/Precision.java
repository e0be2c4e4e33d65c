package dev.computepool.train.config;

/// The type that weights and activations have while they compute; what is trained stays in f32.
public enum Precision implements Label {
  /// f32 on a processor, bf16 on a GPU.
  AUTO,
  F32,
  BF16,
  F16
}
