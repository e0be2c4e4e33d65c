package dev.computepool.publish.ollama.registry;

import dev.computepool.hash.Digest;
import dev.computepool.publish.ollama.ModelName;

/// A model that is in a registry, which gave its manifest back when it was asked.
///
/// @param digest of its manifest, by which it is pulled
/// @param changed false if it was there already
/// @param sent bytes of blobs that were sent
/// @param mounted bytes of blobs that another repository had
public record PushResult(ModelName name, Digest digest, boolean changed, long sent, long mounted) {}
