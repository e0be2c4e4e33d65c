package dev.computepool.train.config;

/// Who trains.
public enum RuntimeName implements Label {
  /// This program itself, with PyTorch's library through DJL.
  DJL,
  /// Python's transformers and peft.
  TRANSFORMERS,
  /// Python's trl.
  TRL,
  /// Python's unsloth.
  UNSLOTH,
  /// Python's axolotl.
  AXOLOTL,
  /// Any program that keeps to the contract of runners.
  COMMAND
}
