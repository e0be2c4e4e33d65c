package dev.computepool.train.config;

/// Where results are kept.
public enum ArtifactStore implements Label {
  LOCAL,
  S3,
  INFERNET
}
