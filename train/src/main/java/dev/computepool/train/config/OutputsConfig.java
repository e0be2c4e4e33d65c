package dev.computepool.train.config;

import java.nio.file.Path;

/// What becomes of the results.
///
/// @param download the folder that runs are written to
public record OutputsConfig(ArtifactStore artifactStore, Path download, boolean publishModelCard) {}
