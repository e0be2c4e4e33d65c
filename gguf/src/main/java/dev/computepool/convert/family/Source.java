package dev.computepool.convert.family;

import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;

/// The model that a family converts.
///
/// @param problems receives what is wrong with it
public record Source(ModelDirectory directory, Hyperparameters config, Problems problems) {}
