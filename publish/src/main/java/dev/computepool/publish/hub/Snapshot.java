package dev.computepool.publish.hub;

/// A repository at one commit.
///
/// @param id its name now, which is another one after it was renamed
/// @param commit 40 hexadecimal digits
/// @param isPrivate whether only its members see it
/// @param gated `false`, `auto` or `manual`: whether files are given only to who asked for access
public record Snapshot(RepoId id, String commit, boolean isPrivate, String gated) {}
