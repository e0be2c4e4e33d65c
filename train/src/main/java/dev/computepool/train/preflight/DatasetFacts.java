package dev.computepool.train.preflight;

import java.nio.file.Path;

/// A dataset as its size and its first lines describe it.
///
/// @param examples its lines; where it is large, about as many
/// @param exact whether they were counted
public record DatasetFacts(Path path, long bytes, long examples, boolean exact) {}
