package dev.computepool.train.runtime;

import dev.computepool.base.Progress;
import java.util.function.LongSupplier;

/// What a process brings along to work on a run.
///
/// @param version of this program
/// @param threads that compute where the configuration does not say
/// @param memory bytes that this process uses; negative where that is not known
public record Session(String version, int threads, LongSupplier memory, Progress progress) {}
