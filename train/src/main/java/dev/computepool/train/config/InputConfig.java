package dev.computepool.train.config;

import dev.computepool.chat.LineFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What is learnt from.
///
/// @param validation examples that are set aside, in a file of their own; null to take a share of
///     the dataset
/// @param validationSplit that share, from 0 to below 1
/// @param chatTemplate used in place of the model's own; null for that
public record InputConfig(
    Path dataset,
    LineFormat format,
    @Nullable Path validation,
    double validationSplit,
    @Nullable Path chatTemplate) {}
