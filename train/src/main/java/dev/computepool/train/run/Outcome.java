package dev.computepool.train.run;

/// How a loop ended.
///
/// @param reason why before its last step; empty if at it
public record Outcome(RunStatus status, long step, String reason) {}
