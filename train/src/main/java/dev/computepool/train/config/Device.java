package dev.computepool.train.config;

/// What computes.
public enum Device implements Label {
  CPU,
  CUDA
}
