package dev.computepool.llama.measure;

import java.nio.file.Path;
import java.time.Duration;

/// An importance matrix that was written.
///
/// @param tensors that were measured
/// @param chunks pieces of the text that were used
/// @param tokens of all of them
/// @param duration of the computing alone
public record ImatrixResult(
    Path file, long bytes, int tensors, int chunks, int tokens, Duration duration) {}
