package dev.computepool.publish.git;

import org.jspecify.annotations.Nullable;

/// What a push did.
///
/// @param commit that the branch has now; null only if it has none
/// @param pushed whether that commit is a new one
/// @param files that are new in it, or changed
/// @param bytesSent to the store of large files; what it had already was not sent
public record GitReport(@Nullable String commit, boolean pushed, int files, long bytesSent) {}
