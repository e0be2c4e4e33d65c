package dev.computepool.train.config;

/// What machines of others must have, and what their work may cost.
public record ResourcesConfig(
    double minVramGb,
    double preferredVramGb,
    double maxRuntimeHours,
    double maxPriceUsd,
    boolean allowPreemptible) {}
