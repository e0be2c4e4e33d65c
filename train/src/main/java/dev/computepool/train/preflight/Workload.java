package dev.computepool.train.preflight;

import org.jspecify.annotations.Nullable;

/// How much there is to do.
///
/// @param examples that are learnt from in one epoch
/// @param exact whether they were counted
/// @param steps in all
/// @param tokens in all, at most: all examples as long as they may be
/// @param seconds that takes at most, by a measurement; null without one
/// @param measurement what was measured; null without one
public record Workload(
    long examples,
    boolean exact,
    long steps,
    long tokens,
    @Nullable Long seconds,
    @Nullable String measurement) {}
