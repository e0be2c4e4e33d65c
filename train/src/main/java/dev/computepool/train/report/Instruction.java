package dev.computepool.train.report;

/// Something that can be done with a run, and how.
///
/// @param what it does, such as `Repeat it`
/// @param command as a shell takes it
public record Instruction(String what, String command) {}
